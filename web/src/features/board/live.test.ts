import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '~/api/live';
import { createStore } from '~/app/store';
import { BoardController } from '~/ui/board/controller';
import type { BoardHost } from '~/ui/board/host';
import { Pages } from '~/ui/board/pages';
import { BoardStore } from '~/ui/board/store';
import type { CardPage } from '~/ui/board/types';
import type { Card } from './card-data';
import { LiveBoard } from './live';

const card = (id: string, stageId: string, version = 3): Card => ({
  id,
  stageId,
  name: id,
  source: 'manual',
  score: 0,
  tags: [],
  stageChangedAt: '2026-01-01T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
  version,
  position: '1',
});

const event = (type: string, leadId: string, data: Record<string, unknown> = {}): LiveEvent => ({
  id: '1',
  type,
  at: '2026-01-01T00:00:00Z',
  leadId,
  data,
});

const settled = () => vi.advanceTimersByTimeAsync(400);

/** A board of two columns; `server` is what the columns hold by now. */
function setUp() {
  const server: Record<string, Card[]> = { a: [card('a0', 'a'), card('a1', 'a')], b: [card('b0', 'b')] };
  const store = new BoardStore<Card>(() => null);
  store.start(
    Object.entries(server).map(([id, cards]) => ({ id, total: cards.length, capped: false, sums: [], cards, nextAfter: null })),
  );
  const source = vi.fn<(column: string) => Promise<CardPage<Card>>>((column) => {
    const cards = server[column] ?? [];
    return Promise.resolve({ row: 0, total: cards.length, capped: false, cards, nextAfter: null });
  });
  const pages = new Pages(store, source);
  const speech = { removed: () => 'removed' } as unknown as BoardHost<Card>['speech'];
  const host = { speech, say: () => undefined, isFolded: () => false } as unknown as BoardHost<Card>;
  const controller = new BoardController(store, () => host);
  const folded = createStore<ReadonlySet<string>>(new Set());
  const live = new LiveBoard({ store, controller, pages, scope: {}, source, folded, stageName: (id) => id });
  return { server, store, source, controller, live };
}

const order = (store: BoardStore<Card>, column: string) => store.loadedIds(column).join(' ');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ ...card('a0', 'a', 9), name: 'renamed', stages: [] })));
});
afterEach(() => {
  vi.useRealTimers();
});

describe('live events', () => {
  it('show a new lead where nobody is', async () => {
    const { server, store, live } = setUp();
    server['a']?.unshift(card('new', 'a', 1));
    live.on(event('lead.created', 'new', { stage: 'a', version: 1 }));
    await settled();
    expect(order(store, 'a')).toBe('new a0 a1');
  });

  it('hold a new lead where the focus is', async () => {
    const { server, store, live, controller } = setUp();
    controller.noteFocus('a', 0);
    server['a']?.unshift(card('new', 'a', 1));
    live.on(event('lead.created', 'new', { stage: 'a', version: 1 }));
    await settled();
    expect([order(store, 'a'), store.held('a')]).toEqual(['a0 a1', 1]);
    await live.showHeld('a');
    expect([order(store, 'a'), store.held('a')]).toEqual(['new a0 a1', 0]);
  });

  it('hold nothing that was done here', async () => {
    const { server, store, live, controller } = setUp();
    controller.noteFocus('a', 0);
    server['a']?.unshift(card('back', 'a', 2));
    live.look('a');
    await settled();
    expect([order(store, 'a'), store.held('a')]).toEqual(['back a0 a1', 0]);
  });

  it('wait while a card is in the air', async () => {
    const { server, store, live, controller } = setUp();
    controller.setDragging(['a0']);
    server['b']?.unshift(card('new', 'b', 1));
    live.on(event('lead.created', 'new', { stage: 'b', version: 1 }));
    await settled();
    expect(order(store, 'b')).toBe('b0');
    controller.setDragging([]);
    await settled();
    expect(order(store, 'b')).toBe('new b0');
  });

  it('move a card that somebody else has moved', async () => {
    const { server, store, live } = setUp();
    server['a'] = [card('a1', 'a')];
    server['b'] = [card('b0', 'b'), card('a0', 'b', 4)];
    live.on(event('lead.stage_changed', 'a0', { fromStage: 'a', toStage: 'b', version: 4 }));
    await settled();
    expect([order(store, 'a'), order(store, 'b')]).toEqual(['a1', 'b0 a0']);
  });

  it('pass over the echo of a move that was made here', async () => {
    const { store, live, source } = setUp();
    const move = store.move(['a0'], { column: 'b', index: 1 }, (lead) => ({ ...lead, stageId: 'b' }));
    live.on(event('lead.stage_changed', 'a0', { fromStage: 'a', toStage: 'b', version: 4 }));
    await vi.advanceTimersByTimeAsync(100);
    store.confirm(move, [card('a0', 'b', 4)]);
    await settled();
    expect(order(store, 'b')).toBe('b0 a0');
    expect(source).not.toHaveBeenCalled();
  });

  it('take away what was deleted, merged, or is not ours to see any more', async () => {
    const { store, live } = setUp();
    live.on(event('lead.deleted', 'a0', { stage: 'a', version: 4 }));
    live.on(event('lead.merged', 'b0', { merged: 'a1', version: 4 }));
    live.on({ ...event('lead.assigned', 'b0'), left: true });
    await settled();
    expect([order(store, 'a'), order(store, 'b')]).toEqual(['', '']);
  });

  it('renew a card that was changed, in its place', async () => {
    const { store, live } = setUp();
    live.on(event('lead.updated', 'a0', { version: 9 }));
    await settled();
    expect(store.card('a0')?.name).toBe('renamed');
    expect(order(store, 'a')).toBe('a0 a1');
  });

  it('read everything in sight after events were missed', async () => {
    const { live, source } = setUp();
    live.on({ ...event('reset', 'x'), leadId: null });
    await settled();
    expect(source.mock.calls.map(([column]) => column)).toEqual(['a', 'b']);
  });
});
