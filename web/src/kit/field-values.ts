/** Values of custom fields: as they are shown, typed and sent. */
import type { Field } from '~/api/queries/fields';
import type { Session } from '~/app/session';
import type { Formats } from '~/i18n/formats';
import { say } from '~/i18n';

/** A value as people read it; empty text for none. */
export function shownValue(
  value: unknown,
  field: Pick<Field, 'type'> | undefined,
  format: Formats,
  currency: string,
): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean')
    return value ? say({ id: 'filter.yes', defaultMessage: 'yes' }) : say({ id: 'filter.no', defaultMessage: 'no' });
  if (Array.isArray(value)) return value.map((it) => shownValue(it, undefined, format, currency)).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  if (field?.type === 'money' && Number.isFinite(Number(value))) return format.money(Number(value), currency);
  if (field?.type === 'number' && Number.isFinite(Number(value))) return format.number(Number(value));
  if (field?.type === 'date') return shownDay(String(value), format);
  return String(value);
}

/** A whole day has no zone, so that it must not move with one. */
function shownDay(value: string, format: Formats): string {
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(value);
  if (!day) return value;
  const at = new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]), 12);
  return new Intl.DateTimeFormat(format.locale, { dateStyle: 'medium' }).format(at);
}

/** What is sent for what was typed; null takes the value away. */
export function typedValue(typed: string, field: Pick<Field, 'type'>): unknown {
  const text = typed.trim();
  if (text === '') return null;
  if (field.type === 'number' || field.type === 'money') {
    const value = Number(text.replace(/\s/g, '').replace(',', '.'));
    // What is no number goes as it is, so that the server says what is wrong with it.
    return Number.isFinite(value) ? value : text;
  }
  return text;
}

export const inputModeOf = (type: Field['type']): 'text' | 'email' | 'tel' | 'decimal' | 'url' =>
  (({ email: 'email', phone: 'tel', number: 'decimal', money: 'decimal', url: 'url' }) as const)[type as string] ??
  'text';

/** The currency of amounts that name none. */
export const currencyOf = (session: Pick<Session, 'workspace'>): string => session.workspace.settings.currency ?? 'USD';
