import { describe, expect, it } from 'vitest';
import { readFilter, writeFilter } from './address';
import { toCondition, toServerFilter } from './condition';
import { fromServerFilter } from './saved';
import { EVERYTHING, type Group, addTo, countTests, nodeAt, replaceAt } from './model';

const all = (...members: Group['members'][number][]): Group => ({ mode: 'all', members });

describe('the text of a filter', () => {
  it('is short for what is asked most', () => {
    const root = all({ field: 'owner', op: 'is', value: 'me' }, { field: 'score', op: 'atLeast', value: 60 });
    expect(writeFilter(root)).toBe('owner:me~score:gte:60');
  });

  const there: [string, Group][] = [
    ['nothing', EVERYTHING],
    ['a word like a comparison', all({ field: 'source', op: 'is', value: 'empty' })],
    ['a text of digits', all({ field: 'customFields.zip', op: 'is', value: '01099' })],
    ['a number', all({ field: 'customFields.rank', op: 'is', value: 5 })],
    ['a truth value', all({ field: 'converted', op: 'is', value: true })],
    ['the text "true"', all({ field: 'name', op: 'is', value: 'true' })],
    ['every sign with a meaning', all({ field: 'company', op: 'contains', value: `a~b:c,d(e)f!g'h@i` })],
    [
      'signs in front',
      all({ field: 'name', op: 'startsWith', value: '@home' }, { field: 'name', op: 'is', value: "'t" }),
    ],
    ['emoji and right-to-left text', all({ field: 'name', op: 'contains', value: '🦄 مرحبا' })],
    [
      'lists',
      all({ field: 'tags', op: 'hasAny', value: ['vip', 'a,b'] }, { field: 'source', op: 'notIn', value: ['x'] }),
    ],
    ['ranges', all({ field: 'value', op: 'between', value: [1.5, -2] })],
    ['no value', all({ field: 'email', op: 'isEmpty' }, { field: 'phone', op: 'isNotEmpty' })],
    [
      'relative times',
      all(
        { field: 'created', op: 'within', value: { last: { days: 7 } } },
        { field: 'updated', op: 'olderThan', value: { weeks: 2 } },
      ),
    ],
    ['relative ends', all({ field: 'created', op: 'between', value: [{ ago: { days: 7 } }, 'today'] })],
    [
      'groups in groups',
      all(
        { field: 'owner', op: 'is', value: 'me' },
        {
          mode: 'any',
          members: [
            { field: 'score', op: 'atLeast', value: 9 },
            { mode: 'none', members: [{ field: 'tags', op: 'has', value: 'x)' }] },
          ],
        },
      ),
    ],
    [
      'any at the outside',
      {
        mode: 'any',
        members: [
          { field: 'owner', op: 'is', value: 'me' },
          { field: 'owner', op: 'is', value: 'nobody' },
        ],
      },
    ],
  ];
  it.each(there)('reads back %s', (_name, root) => {
    expect(readFilter(writeFilter(root))).toEqual(root);
  });

  it('leaves out what is not finished', () => {
    expect(writeFilter(all({ field: 'name', op: 'contains', value: '' }, { mode: 'any', members: [] }))).toBe('');
  });

  it.each([
    '~~',
    'x',
    ':',
    'a:b:c:d',
    'score:huge:5',
    'any(',
    'any(score:gte:5',
    'created:within:@last.x.days',
    ')',
    '!',
    'a:!',
  ])('makes something of the broken text %s', (text) => {
    expect(() => readFilter(text)).not.toThrow();
  });

  it('keeps the good parts of a broken text', () => {
    expect(readFilter('rubbish~score:gte:5~any(owner:me')).toEqual(
      all(
        { field: 'score', op: 'atLeast', value: 5 },
        { mode: 'any', members: [{ field: 'owner', op: 'is', value: 'me' }] },
      ),
    );
  });

  it('does not go deeper than the server does', () => {
    expect(() => readFilter('any('.repeat(5000))).not.toThrow();
  });
});

describe('a filter in the words of the server', () => {
  it('is all, any and not', () => {
    const root = all(
      { field: 'score', op: 'atLeast', value: 50 },
      {
        mode: 'none',
        members: [
          { field: 'stageType', op: 'is', value: 'lost' },
          { field: 'tags', op: 'has', value: 'x' },
        ],
      },
    );
    expect(toCondition(root)).toEqual({
      all: [
        { field: 'score', op: 'atLeast', value: 50 },
        {
          not: {
            any: [
              { field: 'stageType', op: 'is', value: 'lost' },
              { field: 'tags', op: 'has', value: 'x' },
            ],
          },
        },
      ],
    });
  });

  it('comes back as it went', () => {
    const root = all(
      { field: 'score', op: 'atLeast', value: 50 },
      { mode: 'none', members: [{ field: 'tags', op: 'has', value: 'x' }] },
    );
    expect(fromServerFilter(toServerFilter({ root, search: 'ada', deleted: false }))).toEqual({
      root,
      search: 'ada',
      deleted: false,
    });
  });

  it('takes flat facts of other programs for tests', () => {
    const { root } = fromServerFilter({ assignedTo: 'none', tag: ['a', 'b'], minScore: 5, createdAfter: '2026-01-31' });
    expect(root.members).toEqual([
      { field: 'owner', op: 'is', value: 'nobody' },
      { field: 'tags', op: 'hasAll', value: ['a', 'b'] },
      { field: 'score', op: 'atLeast', value: 5 },
      { mode: 'none', members: [{ field: 'created', op: 'before', value: '2026-01-31T00:00:00Z' }] },
    ]);
  });

  it('asks for nothing where nothing is asked', () => {
    expect(toServerFilter({ root: EVERYTHING, search: '', deleted: false })).toEqual({});
  });
});

describe('the tree', () => {
  const root = all({ field: 'a', op: 'is', value: 1 }, { mode: 'any', members: [{ field: 'b', op: 'is', value: 2 }] });

  it('is changed at a place', () => {
    expect(nodeAt(root, [1, 0])).toEqual({ field: 'b', op: 'is', value: 2 });
    expect(replaceAt(root, [1, 0], undefined).members[1]).toEqual({ mode: 'any', members: [] });
    expect(replaceAt(root, [0], { field: 'c', op: 'isEmpty' }).members[0]).toEqual({ field: 'c', op: 'isEmpty' });
  });

  it('grows in any group', () => {
    expect(countTests(addTo(root, [1], { field: 'c', op: 'isEmpty' }))).toBe(3);
    expect(countTests(addTo(root, [], { field: 'c', op: 'isEmpty' }))).toBe(3);
  });
});
