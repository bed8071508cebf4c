import { Check } from 'lucide-react';
import { useMemo } from 'react';
import { useSession } from '~/app/session';
import { type Words, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { currencyOf, shownValue } from '~/kit/field-values';
import { stageName } from '~/kit/filter/words';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { cx } from '~/ui/cx';
import { PickCell } from '~/ui/pick-cell';
import type { Picks, Preview } from './merge-screen';

interface Props {
  answer: Preview;
  picks: Picks;
  onPick: (field: string, lead: string) => void;
  onSurvivor: (lead: string) => void;
}

const FIELDS: Record<string, Words> = {
  name: { id: 'field.name', defaultMessage: 'Name' },
  email: { id: 'field.email', defaultMessage: 'E-mail' },
  phone: { id: 'field.phone', defaultMessage: 'Phone' },
  company: { id: 'field.company', defaultMessage: 'Company' },
  title: { id: 'field.title', defaultMessage: 'Title' },
  source: { id: 'field.source', defaultMessage: 'Source' },
  score: { id: 'field.score', defaultMessage: 'Score' },
  value: { id: 'field.value', defaultMessage: 'Value' },
  stageId: { id: 'field.stage', defaultMessage: 'Stage' },
  assignedTo: { id: 'field.owner', defaultMessage: 'Owner' },
  tags: { id: 'field.tags', defaultMessage: 'Tags' },
  contactId: { id: 'field.contact', defaultMessage: 'Contact' },
  createdAt: { id: 'field.created', defaultMessage: 'Created' },
  lastSubmissionAt: { id: 'field.lastSubmission', defaultMessage: 'Came in again' },
};

const PICKABLE = new Set([
  'name',
  'email',
  'phone',
  'company',
  'title',
  'source',
  'score',
  'value',
  'stageId',
  'assignedTo',
  'contactId',
]);
const isPickable = (field: string) => PICKABLE.has(field) || field.startsWith('customFields.');

/** Field by field: what each lead holds, which is kept, and what comes of it. */
export function MergeTable({ answer, picks, onPick, onSurvivor }: Props) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const { leads, fields, survivor } = answer;
  const shown = useShown();
  const rows = useMemo(
    () => fields.filter((it) => leads.some((lead) => !isBlank(it.values[lead.id]))),
    [fields, leads],
  );
  const labelOf = (field: string) => {
    const words = FIELDS[field];
    if (words) return text(words);
    const key = field.replace('customFields.', '');
    return directory.field(key)?.name ?? key;
  };
  return (
    // Wide tables scroll in themselves; the keyboard reaches them by their cells.
    <div className="min-h-0 flex-1 overflow-auto px-gutter pb-8">
      <table className="w-full min-w-max border-separate border-spacing-0">
        <caption className="sr-only">
          {text({ id: 'merge.caption', defaultMessage: 'Values of each lead, and the one that is kept' })}
        </caption>
        <thead className="sticky top-0 z-10 bg-canvas">
          <tr>
            <th
              scope="col"
              className="sticky start-0 z-1 w-36 bg-canvas py-2 pe-3 text-start text-small font-medium text-muted"
            >
              {text({ id: 'merge.field', defaultMessage: 'Field' })}
            </th>
            {leads.map((lead) => (
              <th key={lead.id} scope="col" className="max-w-72 min-w-48 p-2 text-start align-top font-normal">
                <p className="line-clamp-2 font-semibold wrap-anywhere" dir="auto">
                  {lead.name}
                </p>
                <p className="text-small text-muted">
                  {text({ id: 'merge.since', defaultMessage: 'since {date}' }, { date: format.date(lead.createdAt) })}
                </p>
                {lead.id === survivor ? (
                  <Badge tone="accent" icon={<Check size={12} />}>
                    {text({ id: 'merge.survivor', defaultMessage: 'Stays' })}
                  </Badge>
                ) : (
                  <Button
                    size="small"
                    tone="quiet"
                    aria-label={text(
                      { id: 'merge.survivor.make', defaultMessage: 'Let {name} stay' },
                      { name: lead.name },
                    )}
                    onPress={() => onSurvivor(lead.id)}
                    className="-ms-2 text-muted!"
                  >
                    {text({ id: 'merge.survivor.short', defaultMessage: 'Let this one stay' })}
                  </Button>
                )}
              </th>
            ))}
            <th
              scope="col"
              className="max-w-72 min-w-48 p-2 text-start align-top text-small font-medium text-accent-ink"
            >
              {text({ id: 'merge.result', defaultMessage: 'What comes of it' })}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, value, from, values }) => {
            const label = labelOf(field);
            const isSame = new Set(leads.map((it) => JSON.stringify(values[it.id] ?? null))).size === 1;
            const chosen = picks[field] ?? from ?? undefined;
            return (
              <tr key={field} className="group/merge">
                <th
                  scope="row"
                  className="sticky start-0 z-1 border-t border-line bg-canvas py-2 pe-3 text-start align-top font-normal text-muted"
                >
                  <span className="line-clamp-2 max-w-36 wrap-anywhere">{label}</span>
                </th>
                {leads.map((lead) => (
                  <td key={lead.id} className="max-w-72 border-t border-line p-1 align-top">
                    <PickCell
                      name={`pick-${field}`}
                      label={text(
                        { id: 'merge.pick', defaultMessage: '{label} of {name}' },
                        { label, name: lead.name },
                      )}
                      isChosen={chosen === lead.id}
                      isChoice={isPickable(field) && !isSame && !isBlank(values[lead.id])}
                      onChoose={() => onPick(field, lead.id)}
                    >
                      {shown(field, values[lead.id])}
                    </PickCell>
                  </td>
                ))}
                <td
                  className={cx('max-w-72 border-t border-line p-2 align-top wrap-anywhere', !isSame && 'font-medium')}
                  dir="auto"
                >
                  {shown(field, value)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const isBlank = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && 'value' in value && value.value == null);

function useShown() {
  const format = useFormats();
  const directory = useDirectory();
  const session = useSession();
  return (field: string, value: unknown): string => {
    if (isBlank(value)) return '–';
    if (field === 'stageId') return stageName(directory, String(value));
    if (field === 'assignedTo') return directory.member(String(value))?.name ?? '–';
    if (field === 'createdAt' || field === 'lastSubmissionAt') return format.date(String(value));
    if (typeof value === 'object' && value !== null && 'amount' in value) {
      const { amount, value: plain, currency } = value as { amount?: unknown; value?: unknown; currency?: unknown };
      return format.money(Number(amount ?? plain), String(currency ?? currencyOf(session)));
    }
    if (typeof value === 'object' && !Array.isArray(value) && value !== null && 'value' in value) {
      const { value: plain, currency } = value as { value?: unknown; currency?: unknown };
      return plain == null ? '–' : format.money(Number(plain), String(currency ?? currencyOf(session)));
    }
    return shownValue(value, directory.field(field.replace('customFields.', '')), format, currencyOf(session));
  };
}
