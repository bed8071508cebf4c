import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALL_SELECTED, select } from '~/ui/data-table/selection';
import { addressOf, narrowed, takeOut } from './export-file';

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

describe('a file whose filter is too long for an address', () => {
  afterEach(() => vi.restoreAllMocks());
  const filter = { where: { field: 'id', op: 'in', value: ids(900) } } as const;

  it('is asked for by a body, and saved under its name', async () => {
    let sent: { method: string; path: string; body: unknown } | undefined;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
      const { method, url } = request as Request;
      sent = { method, path: new URL(url).pathname, body: await (request as Request).json() };
      return new Response('name\nAda', { headers: { 'content-disposition': 'attachment; filename="leads-2026-01-05.csv"' } });
    });
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:file');
    const saved: [string, string][] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push([this.getAttribute('href') ?? '', this.download]);
    });
    await takeOut(filter, { format: 'csv' });
    expect(sent).toEqual({ method: 'POST', path: '/api/leads/export', body: { format: 'csv', filter } });
    expect(saved).toEqual([['blob:file', 'leads-2026-01-05.csv']]);
  });

  it('is refused in the words of the server', async () => {
    const problem = { code: 'forbidden', title: 'Not allowed', detail: 'Your role may not export leads.', status: 403 };
    const answer = new Response(JSON.stringify(problem), { status: 403, headers: { 'content-type': 'application/problem+json' } });
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(answer);
    await expect(takeOut(filter, {})).rejects.toMatchObject({ code: 'forbidden' });
  });
});
