import { describe, expect, it } from 'vitest';
import type { Lead } from '~/api/queries/leads';
import { compact, oneOf, stringifySearch, textOf } from '~/app/address';
import { blanksOf } from '~/features/add-lead/actions';
import { readColumns, writeColumns } from '~/features/leads/list-state';
import { groupTest, narrowed } from '~/features/leads/use-items';
import { createFormats } from '~/i18n/formats';
import { directoryOf } from '~/kit/directory';
import { shownValue, typedValue } from '~/kit/field-values';
import { chosenOf } from '~/kit/bulk';
import { NO_FILTER } from '~/kit/filter/model';
import { differs, shownChange } from '~/kit/lead-actions';
import { changeOf } from '~/kit/lead-edit';
import { leadSearch } from '~/kit/lead-search';

const lead = {
  id: 'l1',
  name: 'Ada',
  nameProvisional: false,
  email: 'ada@example.org',
  company: null,
  tags: ['vip'],
  score: 5,
  customFields: { budget: 10, city: 'London', _displayNames: { city: 'City' } },
  version: 3,
} as unknown as Lead;

const field = (key: string, type: string) => ({ key, type, name: key, options: [] }) as never;
const directory = directoryOf([], [], [field('budget', 'money'), field('city', 'text')], true);

describe('a change of one field', () => {
  it.each([
    ['name', ' Ada L. ', { name: 'Ada L.' }],
    ['company', '', { company: null }],
    ['score', '80', { score: 80 }],
    ['value', '1 200,50', { value: 1200.5 }],
    ['value', '', { value: null }],
    ['owner', 'nobody', { assignedTo: null }],
    ['stage', 's1', { stageId: 's1' }],
    ['customFields.budget', '12', { customFields: { budget: 12 } }],
    ['customFields.city', '', { customFields: { city: null } }],
    ['customFields.budget', 'much', { customFields: { budget: 'much' } }],
  ])('%s = %s', (name, value, change) => {
    expect(changeOf(name, value, lead, directory)?.change).toEqual(change);
  });

  it('is shown with what stays of the custom fields', () => {
    expect(shownChange(lead, { customFields: { budget: null, plan: 'a' } as never }).customFields).toEqual({
      city: 'London',
      plan: 'a',
      _displayNames: { city: 'City' },
    });
  });

  it('is in conflict only where that very field was changed', () => {
    const now = { ...lead, score: 9, version: 4 };
    expect(differs(lead, now, { name: 'Ada L.' })).toBe(false);
    expect(differs(lead, now, { score: 7 })).toBe(true);
    const other = { ...lead, customFields: { ...lead.customFields, city: 'Paris' } };
    expect(differs(lead, other, { customFields: { budget: 1 } as never })).toBe(false);
    expect(differs(lead, other, { customFields: { city: 'Rome' } as never })).toBe(true);
  });
});

describe('values', () => {
  const format = createFormats({ locale: 'en-US', timeZone: 'Pacific/Kiritimati' });
  it.each([
    [1200, 'money', '€1,200'],
    [1234567, 'number', '1,234,567'],
    ['2026-02-01', 'date', 'Feb 1, 2026'],
    [true, 'boolean', 'yes'],
    [['a', 'b'], 'multiChoice', 'a, b'],
    [null, 'text', ''],
    [{ a: 1 }, 'text', '{"a":1}'],
  ])('%j as %s', (value, type, words) => {
    expect(shownValue(value, { type: type as never }, format, 'EUR')).toBe(words);
  });

  it('are sent as numbers where they are numbers', () => {
    expect(typedValue(' 5 ', { type: 'number' })).toBe(5);
    expect(typedValue('05', { type: 'text' })).toBe('05');
    expect(typedValue('', { type: 'text' })).toBeNull();
  });
});

describe('the address of a list', () => {
  it('keeps what makes sense and drops the rest', () => {
    expect(leadSearch({ f: 'owner:me', q: 5, density: 'huge', trash: 'yes', nonsense: 1, lead: 'x' })).toEqual({
      f: 'owner:me',
      q: '5',
      lead: 'x',
    });
    expect(leadSearch({ f: '' })).toEqual({ f: '' });
  });

  it('is readable', () => {
    expect(stringifySearch({ f: 'owner:me~score:gte:60', q: 'a&b #c' })).toBe('?f=owner:me~score:gte:60&q=a%26b+%23c');
  });

  it('is made of small parts', () => {
    expect([textOf(''), textOf('a'), textOf(3), textOf({})]).toEqual([undefined, 'a', '3', undefined]);
    expect(oneOf('b', ['a', 'b'])).toBe('b');
    expect(compact({ a: undefined, b: false, c: 0 })).toEqual({ c: 0 });
  });

  it('names columns with their widths', () => {
    const places = [{ id: 'name', width: 240 }, { id: 'customFields.a' }];
    expect(writeColumns(places)).toBe('name*240,customFields.a');
    expect(readColumns('name*240,customFields.a')).toEqual(places);
    expect(readColumns('name*9999999,name,,stage*x')).toEqual([{ id: 'name' }, { id: 'stage' }]);
  });
});

describe('many leads', () => {
  it('are named by their ids, or by the filter and those left out', () => {
    const filter = { search: 'ada' } as never;
    expect(chosenOf({ mode: 'some', ids: new Set(['a', 'b']) }, filter)).toEqual({ leadIds: ['a', 'b'] });
    expect(chosenOf({ mode: 'all', except: new Set(['a']) }, filter)).toEqual({ filter, excludeIds: ['a'] });
    expect(chosenOf({ mode: 'all', except: new Set() }, filter)).toEqual({ filter });
  });

  it('stand in groups by what they have in common', () => {
    expect(groupTest('tag', 'vip')).toEqual({ field: 'tags', op: 'has', value: 'vip' });
    expect(groupTest('owner', null)).toEqual({ field: 'owner', op: 'isEmpty' });
    const any = {
      ...NO_FILTER,
      root: { mode: 'any' as const, members: [{ field: 'score', op: 'is' as const, value: 1 }] },
    };
    expect(narrowed(any, groupTest('stage', 's')).root).toEqual({
      mode: 'all',
      members: [any.root, groupTest('stage', 's')],
    });
  });
});

describe('adding to a lead that is there', () => {
  it('fills blanks, adds tags, and overwrites nothing', () => {
    expect(
      blanksOf(lead, { name: 'Other', email: 'new@example.org', company: 'Umbrella', tags: ['vip', 'hot'] }),
    ).toEqual({
      company: 'Umbrella',
      tags: ['vip', 'hot'],
    });
    expect(blanksOf({ ...lead, nameProvisional: true }, { name: 'Ada Lovelace' })).toEqual({ name: 'Ada Lovelace' });
  });
});
