import { describe, expect, it, vi } from 'vitest';
import { BoardStore } from './store';
import { MOST_ROWS, type CardPage, type ColumnStart } from './types';

interface Card {
  readonly id: string;
  readonly stageId: string;
  readonly version: number;
  readonly value: number | null;
}

const card = (id: string, stageId: string, version = 1, value: number | null = 10): Card => ({
  id,
  stageId,
  version,
  value,
});

const names = (column: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => card(`${column}${from + i}`, column));

const start = (id: string, total: number, loaded = Math.min(20, total)): ColumnStart<Card> => ({
  id,
  total,
  capped: false,
  sums: total > 0 ? [{ currency: 'EUR', amount: total * 10 }] : [],
  cards: names(id, 0, loaded),
  nextAfter: loaded < total ? `below-${id}${loaded - 1}` : null,
});

const page = (column: string, row: number, to: number, total: number): CardPage<Card> => ({
  row,
  total,
  capped: false,
  cards: names(column, row, to),
  nextAfter: to < total ? `below-${column}${to - 1}` : null,
});

const board = (...columns: ColumnStart<Card>[]) => {
  const store = new BoardStore<Card>((lead) => (lead.value === null ? null : { currency: 'EUR', amount: lead.value }));
  store.start(columns);
  return store;
};

const restage = (stageId: string) => (lead: Card) => ({ ...lead, stageId });
const top = (store: BoardStore<Card>, column: string, n = 4) =>
  Array.from({ length: n }, (_, i) => store.idAt(column, i));

describe('loading', () => {
  it('knows the length of a column before its cards', () => {
    const store = board(start('a', 20_000));
    expect(store.rows('a')).toBe(20_000);
    expect(store.idAt('a', 19)).toBe('a19');
    expect(store.idAt('a', 20)).toBeUndefined();
  });

  it('puts a page where it says it belongs', () => {
    const store = board(start('a', 1000));
    store.place('a', page('a', 500, 550, 1000));
    expect(store.idAt('a', 500)).toBe('a500');
    expect(store.idAt('a', 499)).toBeUndefined();
    expect(store.cursorBelow('a', 549)).toBe('below-a549');
  });

  it('shows no more rows than a browser can', () => {
    const store = board(start('a', 812_400));
    expect(store.rows('a')).toBe(MOST_ROWS);
    expect(store.total('a')).toBe(812_400);
    store.remove('a0');
    expect(store.rows('a')).toBe(MOST_ROWS);
    expect(store.total('a')).toBe(812_399);
  });

  it('takes over the number of leads that a page tells', () => {
    const store = board(start('a', 100));
    store.place('a', page('a', 50, 100, 120));
    expect(store.rows('a')).toBe(120);
    store.place('a', page('a', 50, 90, 90));
    expect(store.rows('a')).toBe(90);
  });

  it('never shows a card twice', () => {
    const store = board(start('a', 100));
    // Somebody has put a new lead on top meanwhile: every row is one further down.
    store.place('a', { row: 20, total: 101, capped: false, cards: names('a', 19, 69), nextAfter: null });
    expect(store.loadedIds('a').filter((id) => id === 'a19')).toHaveLength(1);
    expect(store.indexOf('a19')).toBe(19);
    expect(store.indexOf('a20')).toBe(20);
  });

  it('tells only the listeners of the column that changed', () => {
    const store = board(start('a', 100), start('b', 100));
    const [a, b] = [vi.fn<() => void>(), vi.fn<() => void>()];
    store.subscribe('a', a);
    store.subscribe('b', b);
    store.place('a', page('a', 20, 70, 100));
    expect(a).toHaveBeenCalledTimes(1);
    expect(b).not.toHaveBeenCalled();
  });
});

describe('moves', () => {
  it('goes to a place in another column and changes numbers and sums of both', () => {
    const store = board(start('a', 3), start('b', 2));
    store.move(['a1'], { column: 'b', index: 1 }, restage('b'));
    expect(top(store, 'a')).toEqual(['a0', 'a2', undefined, undefined]);
    expect(top(store, 'b')).toEqual(['b0', 'a1', 'b1', undefined]);
    expect([store.total('a'), store.total('b')]).toEqual([2, 3]);
    expect(store.sums('a')).toEqual([{ currency: 'EUR', amount: 20 }]);
    expect(store.sums('b')).toEqual([{ currency: 'EUR', amount: 30 }]);
    expect(store.card('a1')?.stageId).toBe('b');
    expect(store.columnOf('a1')).toBe('b');
  });

  it('goes to another place in its own column', () => {
    const store = board(start('a', 4));
    store.move(['a0'], { column: 'a', index: 2 }, restage('a'));
    expect(top(store, 'a')).toEqual(['a1', 'a2', 'a0', 'a3']);
    expect(store.total('a')).toBe(4);
  });

  it('goes into an empty column', () => {
    const store = board(start('a', 1), start('b', 0));
    store.move(['a0'], { column: 'b', index: 0 }, restage('b'));
    expect(top(store, 'b', 1)).toEqual(['a0']);
    expect(store.sums('a')).toEqual([]);
  });

  it('goes into a column between rows that are not loaded', () => {
    const store = board(start('a', 2), start('b', 1000));
    store.move(['a0'], { column: 'b', index: 700 }, restage('b'));
    expect(store.indexOf('a0')).toBe(700);
    expect(store.idAt('b', 699)).toBeUndefined();
    expect(store.rows('b')).toBe(1001);
  });

  it('is taken back exactly when it is refused', () => {
    const store = board(start('a', 5), start('b', 5));
    const move = store.move(['a1', 'a3'], { column: 'b', index: 0 }, restage('b'));
    expect(top(store, 'b', 3)).toEqual(['a1', 'a3', 'b0']);
    store.refuse(move);
    expect(top(store, 'a', 5)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
    expect(top(store, 'b', 5)).toEqual(['b0', 'b1', 'b2', 'b3', 'b4']);
    expect(store.card('a1')?.stageId).toBe('a');
    expect(store.sums('a')).toEqual([{ currency: 'EUR', amount: 50 }]);
  });

  it('is taken back for those that were refused alone', () => {
    const store = board(start('a', 3), start('b', 0));
    const move = store.move(['a0', 'a1', 'a2'], { column: 'b', index: 0 }, restage('b'));
    store.refuse(move, ['a1']);
    expect(top(store, 'a', 1)).toEqual(['a1']);
    expect(top(store, 'b', 2)).toEqual(['a0', 'a2']);
  });

  it('finds its former neighbours when rows have shifted meanwhile', () => {
    const store = board(start('a', 5), start('b', 0));
    const move = store.move(['a3'], { column: 'b', index: 0 }, restage('b'));
    store.remove('a0');
    store.refuse(move);
    expect(top(store, 'a', 4)).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('is undone after it was confirmed, and the undoing can be refused', () => {
    const store = board(start('a', 3), start('b', 1));
    const move = store.move(['a1'], { column: 'b', index: 0 }, restage('b'));
    store.confirm(move, [card('a1', 'b', 2)]);
    const back = store.takeBack(move);
    expect(top(store, 'a', 3)).toEqual(['a0', 'a1', 'a2']);
    store.refuse(back);
    expect(top(store, 'b', 2)).toEqual(['a1', 'b0']);
    expect(store.columnOf('a1')).toBe('b');
  });

  it('keeps the newest of two states of a card', () => {
    const store = board(start('a', 2), start('b', 0));
    const move = store.move(['a0'], { column: 'b', index: 0 }, restage('b'));
    store.patch(card('a0', 'b', 5, 40));
    store.confirm(move, [card('a0', 'b', 2, 10)]);
    expect(store.card('a0')?.value).toBe(40);
  });
});

describe('a lift', () => {
  it('shows the card at its place and puts no answer in doubt', () => {
    const store = board(start('a', 3), start('b', 2));
    const epoch = store.epoch('b');
    store.lift(['a0'], { column: 'b', index: 2 }, restage('b'));
    expect(store.indexOf('a0')).toBe(2);
    expect(store.isPending('b')).toBe(false);
    expect(store.epoch('b')).toBe(epoch);
    store.unlift();
    expect(top(store, 'a', 3)).toEqual(['a0', 'a1', 'a2']);
  });

  it('goes on from place to place and comes back to where it began', () => {
    const store = board(start('a', 3), start('b', 2), start('c', 2));
    store.lift(['a1'], { column: 'b', index: 0 }, restage('b'));
    store.lift(['a1'], { column: 'c', index: 1 }, restage('c'));
    expect(store.total('b')).toBe(2);
    expect(store.indexOf('a1')).toBe(1);
    store.unlift();
    expect(top(store, 'a', 3)).toEqual(['a0', 'a1', 'a2']);
  });

  it('stays where it is while pages arrive around it', () => {
    const store = board(start('a', 100), start('b', 100));
    store.lift(['a0'], { column: 'b', index: 40 }, restage('b'));
    store.place('b', page('b', 20, 70, 100));
    expect(store.indexOf('a0')).toBe(40);
    expect(store.idAt('b', 39)).toBe('b39');
    expect(store.idAt('b', 41)).toBe('b40');
    store.place('a', page('a', 20, 70, 100));
    expect(store.idAt('a', 0)).toBe('a1');
    expect(store.idAt('a', 68)).toBe('a69');
    store.unlift();
    expect(store.idAt('a', 69)).toBe('a69');
    expect(store.idAt('b', 69)).toBe('b69');
  });
});

describe('what others do', () => {
  it('changes a card in its place, unless it is older than what is known', () => {
    const store = board(start('a', 2));
    store.patch(card('a0', 'a', 3, 50));
    store.patch(card('a0', 'a', 2, 70));
    expect(store.card('a0')?.value).toBe(50);
    expect(store.sums('a')).toEqual([{ currency: 'EUR', amount: 60 }]);
  });

  it('removes a card with its worth', () => {
    const store = board(start('a', 3));
    store.remove('a1');
    expect(top(store, 'a', 2)).toEqual(['a0', 'a2']);
    expect(store.sums('a')).toEqual([{ currency: 'EUR', amount: 20 }]);
    expect(store.card('a1')).toBeUndefined();
  });

  it('holds arrivals, and places pages below them meanwhile', () => {
    const store = board(start('a', 100));
    store.hold('a', 4);
    expect(store.held('a')).toBe(4);
    expect(store.rows('a')).toBe(100);
    // On the server every row stands four further down now.
    store.place('a', { ...page('a', 50, 100, 104), row: 54 });
    expect(store.indexOf('a50')).toBe(50);
    expect(store.rows('a')).toBe(100);
  });

  it('begins a column anew from one page', () => {
    const store = board(start('a', 100));
    store.hold('a', 1);
    const cards = [card('new', 'a'), ...names('a', 0, 49)];
    store.reset('a', { row: 0, total: 101, capped: false, cards, nextAfter: null });
    expect(top(store, 'a', 2)).toEqual(['new', 'a0']);
    expect([store.held('a'), store.rows('a')]).toEqual([0, 101]);
    expect(store.idAt('a', 60)).toBeUndefined();
  });

  it('forgets the cards of a column that has become shorter', () => {
    const store = board(start('a', 3), start('b', 0));
    store.place('a', { row: 0, total: 0, capped: false, cards: [], nextAfter: null });
    expect(store.columnOf('a1')).toBeUndefined();
    const cards = [card('a0', 'b', 2), card('a1', 'b', 2), card('a2', 'b', 2)];
    store.reset('b', { row: 0, total: 3, capped: false, cards, nextAfter: null });
    expect([store.total('a'), store.total('b')]).toEqual([0, 3]);
  });

  it('lets a card that somebody moved stand in one column only', () => {
    const store = board(start('a', 3), start('b', 3));
    const cards = [card('a1', 'b', 2), ...names('b', 0, 3)];
    store.reset('b', { row: 0, total: 4, capped: false, cards, nextAfter: null });
    expect(top(store, 'a', 2)).toEqual(['a0', 'a2']);
    expect(store.columnOf('a1')).toBe('b');
  });
});
