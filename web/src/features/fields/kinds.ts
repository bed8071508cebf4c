import type { FieldKind } from '~/api/queries/fields';
import type { Words } from '~/i18n';

/** What a custom field can hold, in the order in which it is offered. */
export const KINDS: Record<FieldKind, Words> = {
  text: { id: 'fields.kind.text', defaultMessage: 'Text' },
  number: { id: 'fields.kind.number', defaultMessage: 'Number' },
  money: { id: 'fields.kind.money', defaultMessage: 'Amount of money' },
  date: { id: 'fields.kind.date', defaultMessage: 'Date' },
  boolean: { id: 'fields.kind.boolean', defaultMessage: 'Yes or no' },
  choice: { id: 'fields.kind.choice', defaultMessage: 'One choice' },
  multiChoice: { id: 'fields.kind.multiChoice', defaultMessage: 'Several choices' },
  url: { id: 'fields.kind.url', defaultMessage: 'Web address' },
  email: { id: 'fields.kind.email', defaultMessage: 'E-mail address' },
  phone: { id: 'fields.kind.phone', defaultMessage: 'Phone number' },
};

export const hasOptions = (kind: FieldKind): boolean => kind === 'choice' || kind === 'multiChoice';

const UNIQUE = new Set<FieldKind>(['text', 'number', 'url', 'email', 'phone']);

/** Whether people can be told apart by a field of this kind. */
export const canBeUnique = (kind: FieldKind): boolean => UNIQUE.has(kind);
