import type { Lead } from '~/api/queries/leads';
import { customValues } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { shownValue } from '~/kit/field-values';
import { Button } from '~/ui/button';
import type { Property } from './properties';
import type { LeadSave, Refusal } from './use-lead-save';

interface Props {
  lead: Lead;
  property: Property;
  refusal: Refusal;
  saving: LeadSave;
  onEdit: () => void;
}

/** Why a value was not saved. Where somebody else was quicker, both values, and the choice between them. */
export function Conflict({ property, refusal, saving, onEdit }: Props) {
  const text = useText();
  const directory = useDirectory();
  const format = useFormats();
  const { id, label } = property;
  const { theirs } = refusal;
  if (!theirs) {
    return (
      <div
        role="alert"
        className="mt-1 flex flex-wrap items-center gap-2 rounded-md bg-danger-soft px-2 py-1 text-small text-red-text"
      >
        <span className="min-w-0 flex-1 basis-40 wrap-anywhere">{refusal.words}</span>
        <Button size="small" onPress={onEdit}>
          {text({ id: 'drawer.mend', defaultMessage: 'Change it' })}
        </Button>
        <Button size="small" tone="quiet" onPress={() => saving.forget(id)}>
          {text({ id: 'drawer.leave', defaultMessage: 'Leave it' })}
        </Button>
      </div>
    );
  }
  const named = (value: unknown) => {
    const choice = property.edit.kind === 'choice' ? property.edit.choices.find((it) => it.id === value) : undefined;
    return (
      choice?.label ??
      (shownValue(value, directory.field(id.replace('customFields.', '')), format, theirs.currency ?? '') || '–')
    );
  };
  return (
    <div
      role="alert"
      className="mt-1 flex flex-col gap-2 rounded-md bg-amber-soft px-2.5 py-2 text-small text-amber-text"
    >
      <p>{text({ id: 'drawer.conflict', defaultMessage: 'Somebody else has changed this meanwhile.' })}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-text">
        <dt className="text-muted">{text({ id: 'drawer.conflict.theirs', defaultMessage: 'Now' })}</dt>
        <dd className="wrap-anywhere" dir="auto">
          {named(currentOf(theirs, id))}
        </dd>
        <dt className="text-muted">{text({ id: 'drawer.conflict.mine', defaultMessage: 'Yours' })}</dt>
        <dd className="font-medium wrap-anywhere" dir="auto">
          {named(refusal.value)}
        </dd>
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onPress={() => saving.save(id, refusal.value, label, theirs)}>
          {text({ id: 'drawer.conflict.use', defaultMessage: 'Use yours' })}
        </Button>
        <Button size="small" tone="quiet" onPress={() => saving.forget(id)}>
          {text({ id: 'drawer.conflict.keep', defaultMessage: 'Keep what is there' })}
        </Button>
      </div>
    </div>
  );
}

function currentOf(lead: Lead, id: string): unknown {
  if (id.startsWith('customFields.')) return customValues(lead)[id.slice('customFields.'.length)];
  if (id === 'owner') return lead.assignedTo ?? 'nobody';
  return lead[id as keyof Lead];
}
