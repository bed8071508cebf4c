import { describe, expect, it } from 'vitest';
import { ALL_SELECTED, select } from '~/ui/data-table/selection';
import { addressOf, narrowed } from './export-file';

const WHERE = { field: 'score', op: 'atLeast', value: 50 } as const;
const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `id-${at}`);

describe('what an export takes', () => {
  it('is the filter of the list, where all of it is selected', () => {
    expect(narrowed({ where: WHERE, search: 'x' }, ALL_SELECTED)).toEqual({ where: WHERE, search: 'x' });
  });
  it('leaves out what is not selected', () => {
    const selection = select(ALL_SELECTED, ['a'], 'out');
    expect(narrowed({ where: WHERE }, selection).where).toEqual({
      all: [WHERE, { not: { field: 'id', op: 'in', value: ['a'] } }],
    });
    expect(narrowed({}, selection).where).toEqual({ not: { field: 'id', op: 'in', value: ['a'] } });
  });
  it('is what is named, in the trash too, as many values to a list as the server takes', () => {
    const selection = { mode: 'some', ids: new Set(ids(450)) } as const;
    const { where, deleted, search } = narrowed({ deleted: true, search: 'x', where: WHERE }, selection);
    expect([deleted, search]).toEqual([true, undefined]);
    expect(where?.any?.map((it) => (it.value as string[]).length)).toEqual([200, 200, 50]);
  });
  it('is asked for by an address as long as that is short enough', () => {
    const address = addressOf({ where: WHERE, search: 'a b' }, { format: 'xlsx', columns: ['name', 'email'] });
    const query = new URLSearchParams(address?.split('?')[1]);
    expect(JSON.parse(query.get('where') ?? '')).toEqual(WHERE);
    expect([query.get('search'), query.get('columns'), query.get('format')]).toEqual(['a b', 'name,email', 'xlsx']);
    expect(addressOf({ where: { field: 'id', op: 'in', value: ids(900) } }, {})).toBeUndefined();
  });
});
