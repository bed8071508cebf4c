import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Board } from '~/api/queries/board';
import { createStore } from '~/app/store';
import { undoStack } from '~/app/undo';
import type { Card } from './card-data';
import { moveCards } from './move';
import { createScreen } from './screen';

const card = (id: string, stageId: string, position: number): Card => ({
  id,
  stageId,
  name: id.toUpperCase(),
  company: null,
  value: 10,
  currency: 'EUR',
  source: 'manual',
  score: 0,
  assignedTo: null,
  tags: [],
  stageChangedAt: '2026-01-01T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
  version: 3,
  position: String(position),
});

const stage = (id: string, cards: Card[]) => ({
  id,
  name: id,
  color: '#1a73d5',
  type: id === 'lost' ? 'lost' : 'open',
  count: cards.length,
  sums: [],
  cards,
  nextAfter: null,
});

const board = (): Board => ({
  pipeline: { id: 'p', name: 'Sales', isDefault: true, version: 1 },
  asOf: '2026-01-01T00:00:00Z',
  stages: [
    stage('new', [card('a', 'new', 30), card('b', 'new', 20), card('c', 'new', 10)]),
    stage('won', [card('x', 'won', 25), card('y', 'won', 15)]),
    stage('lost', []),
  ],
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly match: string | null;
}

/** Stands in for the server: what was asked, and what it answers one after the other. */
function answering(...answers: (() => Response)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const body = request.method === 'GET' ? undefined : ((await request.clone().json()) as unknown);
    sent.push({ method: request.method, path: new URL(request.url).pathname, body, match: request.headers.get('If-Match') });
    const answer = answers.shift();
    if (!answer) return new Response('{}', { headers: { 'content-type': 'application/json' } });
    return answer();
  });
  return sent;
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => () =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** A board whose columns are not read again by themselves. */
function screenOf(sort?: 'score') {
  const folded = createStore<ReadonlySet<string>>(new Set());
  const screen = createScreen(board(), sort ? { sort } : {}, folded, { openLead: () => undefined });
  screen.live.stop();
  return screen;
}

const order = (screen: ReturnType<typeof screenOf>, column: string) => screen.store.loadedIds(column).join(' ');
const moved = (id: string, stageId: string, version = 4) => ({ ...card(id, stageId, 0), version });

beforeEach(() => {
  undoStack.clear();
});

describe('a move', () => {
  it('names the neighbours and the version, never a number', async () => {
    const sent = answering(json(moved('a', 'won'), 200, { 'Change-Set-Id': 'set' }));
    const screen = screenOf();
    const done = moveCards(screen, ['a'], { column: 'won', index: 1 });
    expect(order(screen, 'won')).toBe('x a y');
    await done;
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/leads/a/stage',
      body: { stageId: 'won', afterId: 'x', beforeId: 'y' },
      match: '"3"',
    });
    expect(screen.store.card('a')?.version).toBe(4);
    expect(screen.store.isPending('won')).toBe(false);
  });

  it.each([
    [{ column: 'new', index: 0 }, { position: 'top' }],
    [{ column: 'new', index: 1 }, { afterId: 'a', beforeId: 'c' }],
    [{ column: 'won', index: 2 }, { afterId: 'y' }],
    [{ column: 'lost', index: 0 }, { position: 'top' }],
  ])('of b to %o is asked for as %o', async (to, anchor) => {
    const sent = answering(json(moved('b', to.column)));
    await moveCards(screenOf(), ['b'], to);
    expect(sent[0]?.body).toEqual({ stageId: to.column, ...anchor });
  });

  it('goes on top where the view is sorted: the view finds its row', async () => {
    const sent = answering(json(moved('a', 'won')));
    await moveCards(screenOf('score'), ['a'], { column: 'won', index: 1 });
    expect(sent[0]?.body).toEqual({ stageId: 'won', position: 'top' });
  });

  it('of several is one request, in the order in which the server puts them', async () => {
    const results = ['a', 'c'].map((id) => ({ id, ok: true }));
    const sent = answering(json({ changeSetId: 'set', action: 'move_stage', state: 'done', total: 2, done: 2, changed: 2, results }));
    const screen = screenOf();
    await moveCards(screen, ['c', 'a', 'x'], { column: 'won', index: 0 });
    expect(order(screen, 'won')).toBe('a c x y');
    expect(sent[0]).toMatchObject({ path: '/api/leads/bulk-action', body: { leadIds: ['a', 'c'], stageId: 'won' } });
  });

  it('is taken back when it is refused', async () => {
    answering(json({ code: 'forbidden', detail: 'Not yours.' }, 403));
    const screen = screenOf();
    await moveCards(screen, ['b'], { column: 'won', index: 0 });
    expect(order(screen, 'new')).toBe('a b c');
    expect(undoStack.last()).toBeUndefined();
  });

  it('is made again when only something else about the lead has changed', async () => {
    const current = { ...card('a', 'new', 30), version: 7 };
    const sent = answering(json({ code: 'changed', current }, 412), json(moved('a', 'won', 8)));
    const screen = screenOf();
    await moveCards(screen, ['a'], { column: 'won', index: 0 });
    expect(sent.map((request) => request.match)).toEqual(['"3"', '"7"']);
    expect(order(screen, 'won')).toBe('a x y');
  });

  it('is given up when somebody else has moved the lead', async () => {
    const current = { ...card('a', 'lost', 30), version: 7 };
    answering(json({ code: 'changed', current }, 412));
    const screen = screenOf();
    await moveCards(screen, ['a'], { column: 'won', index: 0 });
    expect(order(screen, 'won')).toBe('x y');
  });

  it('of several names those that were refused, and keeps the rest', async () => {
    const results = [
      { id: 'a', ok: true },
      { id: 'b', ok: false, error: 'not_found' },
    ];
    answering(json({ changeSetId: 'set', action: 'move_stage', state: 'done', total: 2, done: 2, changed: 1, results }));
    const screen = screenOf();
    await moveCards(screen, ['a', 'b'], { column: 'won', index: 0 });
    expect(order(screen, 'won')).toBe('a x y');
    expect(order(screen, 'new')).toBe('b c');
    expect(screen.open.get()).toMatchObject({ kind: 'refused', names: ['B'] });
  });

  it('is undone by its change set', async () => {
    const sent = answering(json(moved('b', 'won'), 200, { 'Change-Set-Id': 'set' }), json({ undone: 1, state: 'done', results: [] }));
    const screen = screenOf();
    await moveCards(screen, ['b'], { column: 'won', index: 0 });
    await undoStack.last()?.undo();
    expect(order(screen, 'new')).toBe('a b c');
    expect(sent[1]?.path).toBe('/api/change-sets/set/undo');
  });

  it('asks for the reason when a lead is lost', async () => {
    answering(json(moved('a', 'lost')));
    const screen = screenOf();
    await moveCards(screen, ['a'], { column: 'lost', index: 0 });
    expect(screen.open.get()).toEqual({ kind: 'lost', id: 'a' });
  });
});
