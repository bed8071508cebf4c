/** From a field of the table or the drawer and its new value to the change that is sent. */
import type { Lead } from '~/api/queries/leads';
import { say } from '~/i18n';
import type { Directory } from './directory';
import { typedValue } from './field-values';
import type { LeadChange } from './lead-actions';

export interface FieldChange {
  change: LeadChange;
  /** The path under which a refusal names the field. */
  path: string;
}

const PLAIN = new Set(['name', 'company', 'title', 'email', 'phone', 'source']);

export function changeOf(field: string, value: unknown, lead: Lead, directory: Directory): FieldChange | undefined {
  if (field.startsWith('customFields.')) {
    const key = field.slice('customFields.'.length);
    const definition = directory.field(key);
    const sent = typeof value === 'string' && definition ? typedValue(value, definition) : value === '' ? null : value;
    return { change: { customFields: { [key]: sent } }, path: field };
  }
  if (PLAIN.has(field)) {
    const text = String(value ?? '').trim();
    return { change: { [field]: text === '' && field !== 'name' ? null : text } as LeadChange, path: field };
  }
  switch (field) {
    case 'score':
      return { change: { score: typedValue(String(value), { type: 'number' }) as number }, path: 'score' };
    case 'value': {
      const amount = typedValue(String(value), { type: 'money' });
      return { change: { value: amount as number | null }, path: 'value' };
    }
    case 'tags':
      return { change: { tags: value as string[] }, path: 'tags' };
    case 'stage':
      return { change: { stageId: String(value) }, path: 'stageId' };
    case 'owner':
      return { change: { assignedTo: value === 'nobody' ? null : String(value) }, path: 'assignedTo' };
    default:
      return lead && undefined;
  }
}

/** Said before anything is sent, where the browser can know. */
export function checkField(field: string): ((text: string) => string | undefined) | undefined {
  if (field !== 'name') return undefined;
  return (text) => (text === '' ? say({ id: 'lead.name.needed', defaultMessage: 'A lead needs a name.' }) : undefined);
}
