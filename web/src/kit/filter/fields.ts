import { say, type Words } from '~/i18n';
import type { FieldKind } from '~/api/queries/fields';
import type { Directory } from '../directory';
import type { Op } from './model';

/** What a field holds, which decides how it is compared and how a value is chosen. */
export type Kind =
  | 'text'
  | 'number'
  | 'tags'
  | 'multi'
  | 'stage'
  | 'pipeline'
  | 'stageType'
  | 'owner'
  | 'source'
  | 'time'
  | 'converted'
  | 'boolean'
  | 'choice'
  | 'search';

export interface FilterField {
  id: string;
  label: string;
  kind: Kind;
  section: 'lead' | 'time' | 'custom';
  /** For choices. */
  options?: readonly string[];
}

const TEXT: readonly Op[] = [
  'contains',
  'notContains',
  'is',
  'isNot',
  'startsWith',
  'in',
  'notIn',
  'isEmpty',
  'isNotEmpty',
];
const NUMBER: readonly Op[] = [
  'atLeast',
  'atMost',
  'between',
  'moreThan',
  'lessThan',
  'is',
  'isNot',
  'isEmpty',
  'isNotEmpty',
];
const TAGS: readonly Op[] = ['hasAny', 'hasAll', 'hasNone', 'isEmpty', 'isNotEmpty'];
const IDS: readonly Op[] = ['in', 'notIn'];
const TIME: readonly Op[] = ['within', 'before', 'after', 'on', 'between', 'olderThan', 'isEmpty', 'isNotEmpty'];

/** How each kind is compared; the first is what one begins with. */
export const OPS: Record<Kind, readonly Op[]> = {
  text: TEXT,
  number: NUMBER,
  tags: TAGS,
  multi: TAGS,
  stage: IDS,
  pipeline: IDS,
  stageType: IDS,
  owner: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  source: ['in', 'notIn', 'contains', 'startsWith'],
  time: TIME,
  converted: ['is', ...TIME],
  boolean: ['is', 'isEmpty', 'isNotEmpty'],
  choice: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  search: ['contains', 'notContains'],
};

/** The score is never missing, so there is nothing to ask. */
const ALWAYS_THERE = new Set(['score', 'daysInStage', 'created', 'updated', 'stageChanged', 'name']);

export function opsOf(field: FilterField): readonly Op[] {
  const ops = OPS[field.kind];
  return ALWAYS_THERE.has(field.id) ? ops.filter((op) => op !== 'isEmpty' && op !== 'isNotEmpty') : ops;
}

const LEAD: readonly [string, Kind, Words][] = [
  ['name', 'text', { id: 'field.name', defaultMessage: 'Name' }],
  ['email', 'text', { id: 'field.email', defaultMessage: 'E-mail' }],
  ['phone', 'text', { id: 'field.phone', defaultMessage: 'Phone' }],
  ['company', 'text', { id: 'field.company', defaultMessage: 'Company' }],
  ['title', 'text', { id: 'field.title', defaultMessage: 'Title' }],
  ['stage', 'stage', { id: 'field.stage', defaultMessage: 'Stage' }],
  ['stageType', 'stageType', { id: 'field.stageType', defaultMessage: 'State' }],
  ['pipeline', 'pipeline', { id: 'field.pipeline', defaultMessage: 'Pipeline' }],
  ['owner', 'owner', { id: 'field.owner', defaultMessage: 'Owner' }],
  ['tags', 'tags', { id: 'field.tags', defaultMessage: 'Tags' }],
  ['source', 'source', { id: 'field.source', defaultMessage: 'Source' }],
  ['score', 'number', { id: 'field.score', defaultMessage: 'Score' }],
  ['value', 'number', { id: 'field.value', defaultMessage: 'Value' }],
  ['currency', 'text', { id: 'field.currency', defaultMessage: 'Currency' }],
  ['daysInStage', 'number', { id: 'field.daysInStage', defaultMessage: 'Days in stage' }],
  ['search', 'search', { id: 'field.search', defaultMessage: 'Any of name, e-mail, phone, company' }],
];

const TIMES: readonly [string, Kind, Words][] = [
  ['created', 'time', { id: 'field.created', defaultMessage: 'Created' }],
  ['updated', 'time', { id: 'field.updated', defaultMessage: 'Changed' }],
  ['stageChanged', 'time', { id: 'field.stageChanged', defaultMessage: 'Came into its stage' }],
  ['converted', 'converted', { id: 'field.converted', defaultMessage: 'Converted' }],
  ['lastSubmission', 'time', { id: 'field.lastSubmission', defaultMessage: 'Came in again' }],
];

const CUSTOM: Record<FieldKind, Kind> = {
  text: 'text',
  url: 'text',
  email: 'text',
  phone: 'text',
  number: 'number',
  money: 'number',
  date: 'time',
  boolean: 'boolean',
  choice: 'choice',
  multiChoice: 'multi',
};

/** Every field that can be asked about. */
export function filterFields(directory: Pick<Directory, 'fields' | 'pipelines'>): FilterField[] {
  const own =
    (section: 'lead' | 'time') =>
    ([id, kind, words]: readonly [string, Kind, Words]): FilterField => ({ id, kind, section, label: say(words) });
  const lead = LEAD.filter(([id]) => id !== 'pipeline' || directory.pipelines.length > 1);
  return [
    ...lead.map(own('lead')),
    ...TIMES.map(own('time')),
    ...directory.fields.map((field): FilterField => ({
      id: `customFields.${field.key}`,
      label: field.name,
      kind: CUSTOM[field.type],
      section: 'custom',
      options: field.options,
    })),
  ];
}

/** A field by its id; one that nobody defined is taken for text. */
export function fieldOf(fields: readonly FilterField[], id: string): FilterField {
  const found = fields.find((it) => it.id === id);
  return found ?? { id, label: id.replace(/^customFields\./, ''), kind: 'text', section: 'custom' };
}

/** What stands behind a comparison. */
export type Shape = 'none' | 'one' | 'many' | 'two' | 'when' | 'whens' | 'period' | 'length';

export function shapeOf(kind: Kind, op: Op): Shape {
  if (op === 'isEmpty' || op === 'isNotEmpty') return 'none';
  if (op === 'within') return 'period';
  if (op === 'olderThan') return 'length';
  const isTime = kind === 'time' || (kind === 'converted' && op !== 'is');
  if (op === 'between') return isTime ? 'whens' : 'two';
  if (isTime) return 'when';
  return op === 'in' || op === 'notIn' || op === 'hasAny' || op === 'hasAll' || op === 'hasNone' ? 'many' : 'one';
}
