/** Filters in words: for the chips, for screen readers, for the names of things. */
import { type Formats, formats } from '~/i18n/formats';
import { say, type Words } from '~/i18n';
import type { Directory } from '../directory';
import { type FilterField, fieldOf, shapeOf } from './fields';
import {
  type FilterValue,
  type Group,
  type Length,
  type Op,
  type Relative,
  type Test,
  type Unit,
  isGroup,
} from './model';

export const OP_WORDS: Record<Op, Words> = {
  is: { id: 'filter.is', defaultMessage: 'is' },
  isNot: { id: 'filter.isNot', defaultMessage: 'is not' },
  in: { id: 'filter.in', defaultMessage: 'is any of' },
  notIn: { id: 'filter.notIn', defaultMessage: 'is none of' },
  contains: { id: 'filter.contains', defaultMessage: 'contains' },
  notContains: { id: 'filter.notContains', defaultMessage: 'does not contain' },
  startsWith: { id: 'filter.startsWith', defaultMessage: 'starts with' },
  isEmpty: { id: 'filter.isEmpty', defaultMessage: 'is empty' },
  isNotEmpty: { id: 'filter.isNotEmpty', defaultMessage: 'is not empty' },
  atLeast: { id: 'filter.atLeast', defaultMessage: 'is at least' },
  moreThan: { id: 'filter.moreThan', defaultMessage: 'is more than' },
  atMost: { id: 'filter.atMost', defaultMessage: 'is at most' },
  lessThan: { id: 'filter.lessThan', defaultMessage: 'is less than' },
  between: { id: 'filter.between', defaultMessage: 'is between' },
  has: { id: 'filter.has', defaultMessage: 'has' },
  hasAny: { id: 'filter.hasAny', defaultMessage: 'has any of' },
  hasAll: { id: 'filter.hasAll', defaultMessage: 'has all of' },
  hasNone: { id: 'filter.hasNone', defaultMessage: 'has none of' },
  before: { id: 'filter.before', defaultMessage: 'is before' },
  after: { id: 'filter.after', defaultMessage: 'is after' },
  on: { id: 'filter.on', defaultMessage: 'is on' },
  within: { id: 'filter.within', defaultMessage: 'is in' },
  olderThan: { id: 'filter.olderThan', defaultMessage: 'is longer ago than' },
};

const UNIT_WORDS: Record<Unit, Words> = {
  minutes: { id: 'filter.minutes', defaultMessage: '{count, plural, one {# minute} other {# minutes}}' },
  hours: { id: 'filter.hours', defaultMessage: '{count, plural, one {# hour} other {# hours}}' },
  days: { id: 'filter.days', defaultMessage: '{count, plural, one {# day} other {# days}}' },
  weeks: { id: 'filter.weeks', defaultMessage: '{count, plural, one {# week} other {# weeks}}' },
  months: { id: 'filter.months', defaultMessage: '{count, plural, one {# month} other {# months}}' },
  quarters: { id: 'filter.quarters', defaultMessage: '{count, plural, one {# quarter} other {# quarters}}' },
  years: { id: 'filter.years', defaultMessage: '{count, plural, one {# year} other {# years}}' },
};

export const PERIODS: Record<string, Words> = {
  today: { id: 'filter.today', defaultMessage: 'today' },
  yesterday: { id: 'filter.yesterday', defaultMessage: 'yesterday' },
  tomorrow: { id: 'filter.tomorrow', defaultMessage: 'tomorrow' },
  thisWeek: { id: 'filter.thisWeek', defaultMessage: 'this week' },
  lastWeek: { id: 'filter.lastWeek', defaultMessage: 'last week' },
  nextWeek: { id: 'filter.nextWeek', defaultMessage: 'next week' },
  thisMonth: { id: 'filter.thisMonth', defaultMessage: 'this month' },
  lastMonth: { id: 'filter.lastMonth', defaultMessage: 'last month' },
  nextMonth: { id: 'filter.nextMonth', defaultMessage: 'next month' },
  thisQuarter: { id: 'filter.thisQuarter', defaultMessage: 'this quarter' },
  lastQuarter: { id: 'filter.lastQuarter', defaultMessage: 'last quarter' },
  nextQuarter: { id: 'filter.nextQuarter', defaultMessage: 'next quarter' },
  thisYear: { id: 'filter.thisYear', defaultMessage: 'this year' },
  lastYear: { id: 'filter.lastYear', defaultMessage: 'last year' },
  nextYear: { id: 'filter.nextYear', defaultMessage: 'next year' },
};

const STAGE_TYPES: Record<string, Words> = {
  open: { id: 'filter.open', defaultMessage: 'Open' },
  won: { id: 'filter.won', defaultMessage: 'Won' },
  lost: { id: 'filter.lost', defaultMessage: 'Lost' },
};

const PEOPLE: Record<string, Words> = {
  me: { id: 'filter.me', defaultMessage: 'me' },
  myTeam: { id: 'filter.myTeam', defaultMessage: 'my team' },
  nobody: { id: 'filter.nobody', defaultMessage: 'nobody' },
};

export const stageTypeName = (id: string): string => (STAGE_TYPES[id] ? say(STAGE_TYPES[id]) : id);
export const personName = (directory: Directory, id: string): string =>
  PEOPLE[id]
    ? say(PEOPLE[id])
    : (directory.member(id)?.name ?? say({ id: 'filter.someone', defaultMessage: 'somebody else' }));

export function stageName(directory: Directory, id: string): string {
  const stage = directory.stage(id);
  if (!stage) return say({ id: 'filter.stage.gone', defaultMessage: 'a removed stage' });
  const pipeline = directory.pipelines.length > 1 ? directory.pipeline(stage.pipelineId) : undefined;
  return pipeline ? `${stage.name} · ${pipeline.name}` : stage.name;
}

export function lengthWords(length: Length): string {
  const [unit, count] = Object.entries(length)[0] ?? ['days', 0];
  const words = UNIT_WORDS[unit as Unit];
  return words ? say(words, { count: Number(count) }) : '';
}

function relativeWords(value: Relative): string {
  if ('ago' in value)
    return say({ id: 'filter.ago', defaultMessage: '{length} ago' }, { length: lengthWords(value.ago) });
  if ('ahead' in value)
    return say({ id: 'filter.ahead', defaultMessage: 'in {length}' }, { length: lengthWords(value.ahead) });
  if ('last' in value)
    return say({ id: 'filter.last', defaultMessage: 'the last {length}' }, { length: lengthWords(value.last) });
  return say({ id: 'filter.next', defaultMessage: 'the next {length}' }, { length: lengthWords(value.next) });
}

const isRelative = (value: object): value is Relative => ['ago', 'ahead', 'last', 'next'].some((name) => name in value);

interface Known {
  fields: readonly FilterField[];
  directory: Directory;
}

/** A single value in words. */
export function valueWords(
  field: FilterField,
  value: FilterValue,
  directory: Directory,
  format: Formats = formats(),
): string {
  if (typeof value === 'object') {
    if (Array.isArray(value)) return listWords(field, value as FilterValue[], directory, format);
    return isRelative(value) ? relativeWords(value) : lengthWords(value as Length);
  }
  if (typeof value === 'boolean')
    return value ? say({ id: 'filter.yes', defaultMessage: 'yes' }) : say({ id: 'filter.no', defaultMessage: 'no' });
  if (typeof value === 'number') return format.number(value);
  if (field.kind === 'owner') return personName(directory, value);
  if (field.kind === 'stage') return stageName(directory, value);
  if (field.kind === 'stageType') return stageTypeName(value);
  if (field.kind === 'pipeline') return directory.pipeline(value)?.name ?? value;
  if (field.kind === 'time' || field.kind === 'converted') return dayWords(value, format);
  return value;
}

function dayWords(value: string, format: Formats): string {
  if (PERIODS[value]) return say(PERIODS[value]);
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T12:00:00` : value);
  return Number.isNaN(at.getTime()) ? value : format.date(at);
}

const SHOWN = 3;

function listWords(field: FilterField, values: readonly FilterValue[], directory: Directory, format: Formats): string {
  const words = values.slice(0, SHOWN).map((it) => valueWords(field, it, directory, format));
  const more = values.length - SHOWN;
  const all =
    more > 0 ? [...words, say({ id: 'filter.more', defaultMessage: '{count} more' }, { count: more })] : words;
  return all.join(', ');
}

/** "Score is at least 60" */
export function testWords(test: Test, { fields, directory }: Known): string {
  const field = fieldOf(fields, test.field);
  const op = say(OP_WORDS[test.op]);
  if (shapeOf(field.kind, test.op) === 'none' || test.value === undefined) return `${field.label} ${op}`;
  if (test.op === 'between' && Array.isArray(test.value)) {
    const [from, to] = (test.value as FilterValue[]).map((it) => valueWords(field, it, directory));
    return say(
      { id: 'filter.between.words', defaultMessage: '{field} is between {from} and {to}' },
      { field: field.label, from: from ?? '', to: to ?? '' },
    );
  }
  return `${field.label} ${op} ${valueWords(field, test.value, directory)}`;
}

const MODES: Record<Group['mode'], Words> = {
  all: { id: 'filter.mode.all', defaultMessage: 'All of: {tests}' },
  any: { id: 'filter.mode.any', defaultMessage: 'Any of: {tests}' },
  none: { id: 'filter.mode.none', defaultMessage: 'None of: {tests}' },
};

/** "Any of: score is at least 60; tags has vip" */
export function groupWords(group: Group, known: Known): string {
  const tests = group.members
    .map((it) => (isGroup(it) ? `(${groupWords(it, known)})` : testWords(it, known)))
    .join('; ');
  return say(MODES[group.mode], { tests });
}

const SIGNS: Partial<Record<Op, string>> = {
  atLeast: '≥',
  moreThan: '>',
  atMost: '≤',
  lessThan: '<',
  before: '<',
  after: '>',
  olderThan: '>',
};

/** The same as short as a chip needs it: the name, the comparison, the value. */
export function chipParts(test: Test, known: Known): { name: string; op: string; value: string } {
  const field = fieldOf(known.fields, test.field);
  const isAmount = field.kind === 'number';
  const list = Array.isArray(test.value) && test.value.length === 1 && (test.op === 'in' || test.op === 'notIn');
  const single = list ? (test.op === 'in' ? 'is' : 'isNot') : test.op;
  const op = (isAmount && SIGNS[test.op]) || say(OP_WORDS[single]);
  if (test.op === 'between' && Array.isArray(test.value)) {
    const value = (test.value as FilterValue[]).map((it) => valueWords(field, it, known.directory)).join(' – ');
    return { name: field.label, op: '', value };
  }
  const value =
    test.value === undefined || shapeOf(field.kind, test.op) === 'none'
      ? ''
      : valueWords(field, test.value, known.directory);
  return { name: field.label, op, value };
}
