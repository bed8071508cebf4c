import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { undoLast, undoStack } from '~/app/undo';
import { type ActionDefinition, runAction } from './action';
import { api, bodyOf } from './client';

const cache = new QueryClient();
const shown: string[] = [];

const move: ActionDefinition<string, unknown> = {
  label: (to) => `Moved to ${to}`,
  apply: (_, to) => {
    shown.push(`shown ${to}`);
    return () => shown.push('back');
  },
  request: (to, key) =>
    bodyOf(
      api.PATCH('/leads/{id}/stage', {
        params: { path: { id: '7' }, header: {} },
        body: { stageId: to },
        headers: { 'Idempotency-Key': key },
      }),
    ),
  settle: () => shown.push('settled'),
  undo: async () => void shown.push('undone'),
};

const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

beforeEach(() => {
  shown.length = 0;
  undoStack.clear();
});

afterEach(() => vi.unstubAllGlobals());

test('it is shown before the server has answered, and can be undone afterwards', async () => {
  vi.stubGlobal('fetch', async (request: Request) => {
    shown.push(`asked with a key of ${request.headers.get('idempotency-key')?.length} signs`);
    return answer(200, { id: '7' });
  });
  const outcome = await runAction(cache, move, 'Won');
  expect(outcome.state).toBe('done');
  expect(shown).toEqual(['shown Won', 'asked with a key of 36 signs', 'settled']);
  expect(await undoLast()).toBe('Moved to Won');
  expect(shown.at(-1)).toBe('undone');
});

test('a refusal takes it back and leaves nothing to undo', async () => {
  vi.stubGlobal('fetch', async () => answer(403, { status: 403, code: 'forbidden', detail: 'No.', requestId: 'r1' }));
  const outcome = await runAction(cache, move, 'Won');
  expect(outcome).toMatchObject({ state: 'refused', problem: { code: 'forbidden', requestId: 'r1' } });
  expect(shown).toEqual(['shown Won', 'back']);
  expect(undoStack.last()).toBeUndefined();
});

test('without a connection a small write waits, and what was shown stays', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect((await runAction(cache, { ...move, offline: 'queue' }, 'Won')).state).toBe('queued');
  expect(shown).toEqual(['shown Won']);
  expect((await runAction(cache, move, 'Lost')).state).toBe('refused');
  expect(shown.at(-1)).toBe('back');
});
