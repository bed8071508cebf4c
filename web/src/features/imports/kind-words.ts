import type { Schema } from '~/api/client';
import type { Words } from '~/i18n';

/** What a new custom field may hold, in the words that the settings of fields have for it. */
export const KIND_WORDS: readonly [Schema<'FieldKind'>, Words][] = [
  ['text', { id: 'imports.kind.text', defaultMessage: 'Text' }],
  ['number', { id: 'imports.kind.number', defaultMessage: 'Number' }],
  ['money', { id: 'imports.kind.money', defaultMessage: 'Money' }],
  ['date', { id: 'imports.kind.date', defaultMessage: 'Date' }],
  ['boolean', { id: 'imports.kind.boolean', defaultMessage: 'Yes or no' }],
  ['choice', { id: 'imports.kind.choice', defaultMessage: 'One of several' }],
  ['multiChoice', { id: 'imports.kind.multi', defaultMessage: 'Some of several' }],
  ['url', { id: 'imports.kind.url', defaultMessage: 'Web address' }],
  ['email', { id: 'imports.kind.email', defaultMessage: 'E-mail' }],
  ['phone', { id: 'imports.kind.phone', defaultMessage: 'Phone' }],
];
