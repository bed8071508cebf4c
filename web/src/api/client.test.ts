import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IDEMPOTENCY_KEY, Problem, api, bodyOf, ifMatch } from './client';

const sent: Request[] = [];
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  sent.length = 0;
  fetched.mockImplementation((request) => {
    sent.push(request as Request);
    return Promise.resolve(new Response('{"id":"7"}', { headers: { 'content-type': 'application/json' } }));
  });
  vi.stubGlobal('fetch', fetched);
});

afterEach(() => vi.unstubAllGlobals());

const only = (): Request => {
  expect(sent).toHaveLength(1);
  return sent[0] as Request;
};

test('names go into the path and the query, encoded; what is not said is left out', async () => {
  const query = { search: 'a&b c', limit: 5, cursor: undefined, sortBy: null } as never;
  await api.GET('/leads', { params: { query } });
  const { pathname, searchParams } = new URL(only().url);
  expect(pathname).toBe('/api/leads');
  expect(Object.fromEntries(searchParams)).toEqual({ search: 'a&b c', limit: '5' });
  await api.GET('/leads/{id}', { params: { path: { id: 'a/b?c' } } });
  expect(new URL(sent[1]?.url ?? '').pathname).toBe('/api/leads/a%2Fb%3Fc');
});

test('a write has a key of its own or the one it is given, and says on what it is based', async () => {
  await api.POST('/session/workspace', { body: { workspaceId: 'w' } });
  const own = only();
  expect(own.method).toBe('POST');
  expect(own.headers.get(IDEMPOTENCY_KEY)).toMatch(/^[0-9a-f-]{36}$/);
  expect(own.headers.get('content-type')).toBe('application/json');
  expect(await own.json()).toEqual({ workspaceId: 'w' });
  await api.PATCH('/preferences', { body: {}, headers: { [IDEMPOTENCY_KEY]: 'given', ...ifMatch(3) } } as never);
  expect(sent[1]?.headers.get(IDEMPOTENCY_KEY)).toBe('given');
  expect(sent[1]?.headers.get('if-match')).toBe('"3"');
});

test('what is read has neither key nor kind of body', async () => {
  await api.GET('/session');
  expect(only().headers.get(IDEMPOTENCY_KEY)).toBeNull();
  expect(only().headers.get('content-type')).toBeNull();
});

test('an answer is its body, and none where there is none', async () => {
  expect(await bodyOf(api.GET('/session'))).toEqual({ id: '7' });
  fetched.mockResolvedValueOnce(new Response(null, { status: 204 }));
  expect((await api.DELETE('/session')).data).toBeUndefined();
});

test('a refusal is thrown in the words of the server', async () => {
  fetched.mockResolvedValueOnce(Response.json({ code: 'conflict', detail: 'Too late.' }, { status: 409 }));
  const thrown = await api.DELETE('/session').catch((problem: unknown) => problem);
  expect(thrown).toBeInstanceOf(Problem);
  expect(thrown).toMatchObject({ status: 409, code: 'conflict', detail: 'Too late.' });
});

test('a write that nobody answers can be sent again as it was', async () => {
  fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  const thrown = (await api.POST('/session/workspace', { body: { workspaceId: 'w' } }).catch((it: unknown) => it)) as Problem;
  expect(thrown.unreachable).toBe(true);
  expect(thrown.request).toMatchObject({ method: 'POST', body: '{"workspaceId":"w"}' });
  expect(thrown.request?.headers[IDEMPOTENCY_KEY.toLowerCase()]).toMatch(/^[0-9a-f-]{36}$/);
});

test('what is called off is no problem of the line', async () => {
  const off = new DOMException('aborted', 'AbortError');
  fetched.mockRejectedValueOnce(off);
  await expect(api.GET('/session')).rejects.toBe(off);
});
