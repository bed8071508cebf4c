import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pages } from './pages';
import { BoardStore } from './store';
import type { BoardCard, CardPage, PageFrom } from './types';

interface Asked {
  readonly column: string;
  readonly from: PageFrom;
  readonly signal: AbortSignal;
  answer: (page: CardPage<BoardCard>) => Promise<void>;
  fail: () => Promise<void>;
}

const cards = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: `a${from + i}`, stageId: 'a', version: 1 }));
const page = (row: number, total = 1000): CardPage<BoardCard> => ({
  row,
  total,
  capped: false,
  cards: cards(row, Math.min(row + 50, total)),
  nextAfter: `below-a${row + 49}`,
});

const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);

function setUp(total = 1000) {
  const store = new BoardStore<BoardCard>(() => null);
  const start = { total, capped: false, sums: [] };
  store.start([
    { ...start, id: 'a', cards: cards(0, 20), nextAfter: 'below-a19' },
    { ...start, id: 'b', total: 1, cards: [{ id: 'b0', stageId: 'b', version: 1 }], nextAfter: null },
  ]);
  const asked: Asked[] = [];
  const pages = new Pages(store, (column, from, signal) => {
    return new Promise((resolve, reject) => {
      asked.push({
        column,
        from,
        signal,
        answer: (answered) => (resolve(answered), settled()),
        fail: () => (reject(new Error('offline')), settled()),
      });
    });
  });
  return { store, pages, asked };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('pages', () => {
  it('asks for the cards below the ones that are there, ahead of the scroll', () => {
    const { pages, asked } = setUp();
    pages.want('a', 0, 8);
    expect(asked.map((ask) => ask.from)).toEqual([{ after: 'below-a19' }]);
  });

  it('asks for the rows of a jump by their number, and for the last ones from the end', () => {
    const { pages, asked } = setUp();
    pages.want('a', 500, 510);
    vi.advanceTimersByTime(100);
    pages.want('a', 990, 999);
    expect(asked.map((ask) => ask.from)).toEqual([{ row: 450 }, { row: 500 }, { end: true }]);
  });

  it('does not ask twice for what is on its way', () => {
    const { pages, asked } = setUp();
    pages.want('a', 0, 8);
    vi.advanceTimersByTime(100);
    pages.want('a', 1, 9);
    expect(asked).toHaveLength(1);
  });

  it('gives up what was scrolled past, and asks once more when the scroll rests', () => {
    const { pages, asked } = setUp();
    pages.want('a', 0, 8);
    pages.want('a', 300, 308);
    pages.want('a', 600, 608);
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(asked.slice(1).map((ask) => ask.from)).toEqual([{ row: 550 }, { row: 600 }]);
  });

  it('drops an answer from before a move, and asks again when the move is settled', async () => {
    const { store, pages, asked } = setUp();
    pages.want('a', 0, 8);
    const move = store.move(['a0'], { column: 'b', index: 0 }, (card) => ({ ...card, stageId: 'b' }));
    await asked[0]?.answer(page(20));
    expect(store.idAt('a', 30)).toBeUndefined();
    expect(asked).toHaveLength(1);
    store.confirm(move);
    vi.advanceTimersByTime(100);
    pages.want('a', 0, 8);
    await asked[1]?.answer({ ...page(20, 999), row: 19 });
    expect(store.idAt('a', 19)).toBe('a20');
  });

  it('says that a page did not arrive, and asks again when told to', async () => {
    const { store, pages, asked } = setUp();
    pages.want('a', 0, 8);
    await asked[0]?.fail();
    expect(store.failed('a')).toBe(true);
    pages.retry('a');
    await asked[1]?.answer(page(20));
    expect(store.failed('a')).toBe(false);
    expect(store.idAt('a', 69)).toBe('a69');
  });

  it('loads one row for whoever waits for it', async () => {
    const { store, pages, asked } = setUp();
    const loaded = pages.load('a', 700);
    await asked[0]?.answer(page(675));
    await loaded;
    expect(store.idAt('a', 700)).toBe('a700');
  });
});
