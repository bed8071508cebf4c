import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Import, ImportField } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { Panel } from './parts';
import { withConstant } from './plan';
import type { PlanSaver } from './use-plan';

interface Props {
  known: Import;
  plan: PlanSaver;
  fields: readonly ImportField[];
  isLocked: boolean;
}

/** Those have places of their own where one decides where the leads land. */
export const DECIDED = ['stage', 'owner', 'tags', 'source'] as const;

/** Values that every row gets in which no column gives one. */
export function ConstantsPanel({ known, plan, fields, isLocked }: Props) {
  const text = useText();
  const [field, setField] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const set = known.plan.constants ?? [];
  const free = fields.filter((it) => !set.some((one) => one.field === it.field) && !(DECIDED as readonly string[]).includes(it.field));
  const shown = set.filter((it) => !(DECIDED as readonly string[]).includes(it.field));
  const nameOf = (id: string) => fields.find((it) => it.field === id)?.name ?? id;
  const add = () => {
    if (field === null || value.trim() === '') return;
    plan.change({ constants: withConstant(known.plan, field, value) });
    setField(null);
    setValue('');
  };
  const reason =
    field === null
      ? text({ id: 'imports.constant.noField', defaultMessage: 'Choose a field.' })
      : value.trim() === ''
        ? text({ id: 'imports.constant.noValue', defaultMessage: 'Write the value.' })
        : undefined;
  if (isLocked && shown.length === 0) return null;
  return (
    <Panel
      title={text({ id: 'imports.constants', defaultMessage: 'The same for every row' })}
      hint={text({ id: 'imports.constants.hint', defaultMessage: 'Fills a field where no column of the row does. Stage, owner, tags and source are decided later.' })}
    >
      {shown.length > 0 && (
        <ul className="flex flex-col gap-1">
          {shown.map((it) => (
            <li key={it.field} className="flex items-center gap-3">
              <span className="w-40 shrink-0 truncate text-muted">{nameOf(it.field)}</span>
              <span className="min-w-0 flex-1 truncate" dir="auto">{it.value}</span>
              {!isLocked && (
                <IconButton
                  size="small"
                  icon={<X size={14} />}
                  label={text({ id: 'imports.constant.remove', defaultMessage: 'Remove {name}' }, { name: nameOf(it.field) })}
                  onPress={(event) => {
                    // The button goes with the value; the focus stays in the panel.
                    const panel = event.target.closest('section');
                    plan.change({ constants: withConstant(known.plan, it.field, '') });
                    requestAnimationFrame(() => panel?.querySelector('button')?.focus());
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {!isLocked && (
        <form
          className="grid gap-2 sm:grid-cols-[14rem_minmax(0,1fr)_auto] sm:items-end"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Select
            key={set.length}
            label={text({ id: 'imports.constant.field', defaultMessage: 'Field' })}
            placeholder={text({ id: 'imports.constant.choose', defaultMessage: 'Choose' })}
            value={field}
            onChange={setField}
            options={free.map((it) => ({ id: it.field, label: it.name }))}
          />
          <TextField label={text({ id: 'imports.constant.value', defaultMessage: 'Value' })} value={value} onChange={setValue} maxLength={1000} />
          <Button type="submit" icon={<Plus size={15} />} reason={reason}>
            {text({ id: 'imports.constant.add', defaultMessage: 'Add' })}
          </Button>
        </form>
      )}
    </Panel>
  );
}
