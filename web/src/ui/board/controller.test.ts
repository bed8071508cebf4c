import { describe, expect, it, vi } from 'vitest';
import { BoardController } from './controller';
import type { BoardHost } from './host';
import { type KeyPress, readKey } from './keys';
import { BoardStore } from './store';
import type { BoardCard, ColumnStart, Place } from './types';

const start = (id: string, count: number, total = count): ColumnStart<BoardCard> => ({
  id,
  total,
  capped: false,
  sums: [],
  cards: Array.from({ length: count }, (_, i) => ({ id: `${id}${i}`, stageId: id, version: 1 })),
  nextAfter: null,
});

function setUp(...columns: ColumnStart<BoardCard>[]) {
  const store = new BoardStore<BoardCard>(() => null);
  store.start(columns);
  const said: string[] = [];
  const host: BoardHost<BoardCard> = {
    speech: {
      lifted: (cards) => `lifted ${cards.length}`,
      place: (column, position, total) => `${column} ${position}/${total}`,
      stageOnly: (column) => column,
      cancelled: () => 'cancelled',
      stays: (card) => `${card.id} stays`,
      selected: (count) => `${count} selected`,
      removed: (next) => `now at ${next?.id ?? 'nothing'}`,
      liftOnlyLoaded: () => 'too many',
    },
    say: (text) => said.push(text),
    // As the screen does: the cards move at once, and the cursor with them.
    onMove: vi.fn<(ids: readonly string[], to: Place) => void>((ids, to) => {
      store.confirm(store.move(ids, to, (card) => ({ ...card, stageId: to.column })));
      controller.focusCard(ids[0] ?? '');
    }),
    onOpen: vi.fn<(id: string) => void>(),
    onStageMenu: vi.fn<(id: string) => void>(),
    onCardMenu: vi.fn<(id: string) => void>(),
    onAct: vi.fn<BoardHost<BoardCard>['onAct']>(),
    onUndo: vi.fn<() => void>(),
    canMove: () => true,
    isFolded: (column) => folded.has(column),
    rank: () => ranked,
    ready: () => Promise.resolve(),
  };
  const folded = new Set<string>();
  let ranked: number | undefined;
  const controller: BoardController<BoardCard> = new BoardController(store, () => host);
  const press = (key: string, held: Partial<KeyPress> = {}, mirrored = false) => {
    const plain = { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
    const intent = readKey({ ...plain, ...held }, { lifted: controller.lifted !== undefined, mirrored });
    return intent !== undefined && controller.press(intent);
  };
  const at = () => `${controller.column}${controller.cursorRow(controller.column ?? '')}`;
  controller.goTo('a', 0);
  controller.claimFocus('a');
  const sortBy = (row: number) => {
    ranked = row;
  };
  return { store, controller, host, said, press, at, folded, sortBy };
}

const shift = { shiftKey: true };
const order = (store: BoardStore<BoardCard>, column: string) => store.loadedIds(column).join(' ');

describe('moving about', () => {
  it('goes along the column and stops at its ends', () => {
    const { press, at } = setUp(start('a', 3));
    press('ArrowUp');
    expect(at()).toBe('a0');
    press('j');
    press('ArrowDown');
    press('ArrowDown');
    expect(at()).toBe('a2');
    press('Home');
    expect(at()).toBe('a0');
  });

  it('goes far, over rows that are not loaded', () => {
    const { press, at, controller } = setUp(start('a', 20, 20_000));
    press('End');
    expect(at()).toBe('a19999');
    expect(controller.cursorCard).toBeUndefined();
    expect(controller.claimFocus('a')).toBe(true);
  });

  it('goes by pages, as many rows as are in sight', () => {
    const { press, at, controller } = setUp(start('a', 40));
    controller.setPageRows('a', 7);
    press('PageDown');
    press('PageDown');
    press('PageUp');
    expect(at()).toBe('a7');
  });

  it('goes to the next column at the same height, past folded ones, mirrored where writing is', () => {
    const { press, at, folded } = setUp(start('a', 5), start('b', 5), start('c', 2));
    press('ArrowDown');
    press('ArrowDown');
    folded.add('b');
    press('ArrowRight');
    expect(at()).toBe('c1');
    press('ArrowRight', {}, true);
    expect(at()).toBe('a1');
  });
});

describe('lifting', () => {
  it('carries a card through columns and drops it', async () => {
    const { press, said, store, host, at } = setUp(start('a', 3), start('b', 3));
    press('ArrowDown');
    press(' ');
    press('ArrowRight');
    press('ArrowDown');
    expect(said).toEqual(['lifted 1', 'b 2/4', 'b 3/4']);
    expect(order(store, 'b')).toBe('b0 b1 a1 b2');
    press(' ');
    await Promise.resolve();
    expect(host.onMove).toHaveBeenCalledWith(['a1'], { column: 'b', index: 2 });
    expect(at()).toBe('b2');
  });

  it('goes back by Escape, and says so', () => {
    const { press, said, store, at } = setUp(start('a', 3), start('b', 3));
    press(' ');
    press('ArrowRight');
    press('Escape');
    expect(said.at(-1)).toBe('cancelled');
    expect(order(store, 'a')).toBe('a0 a1 a2');
    expect(at()).toBe('a0');
  });

  it('says that a card stays where it was dropped again', async () => {
    const { press, said, host } = setUp(start('a', 3));
    press(' ');
    press('ArrowDown');
    press('ArrowUp');
    press('Enter');
    await Promise.resolve();
    expect(said.at(-1)).toBe('a0 stays');
    expect(host.onMove).not.toHaveBeenCalled();
  });

  it('carries to the end of a column that is not loaded', () => {
    const { press, said } = setUp(start('a', 1), start('b', 20, 500));
    press(' ');
    press('ArrowRight');
    press('End');
    expect(said.at(-1)).toBe('b 501/501');
  });

  it('takes several to the top of a stage, whatever their rows', async () => {
    const { press, said, store, host } = setUp(start('a', 4), start('b', 2));
    press('x');
    press('ArrowDown', shift);
    press(' ');
    press('ArrowRight');
    press('ArrowDown');
    expect(said.slice(-3)).toEqual(['lifted 2', 'b', 'b']);
    expect(order(store, 'b')).toBe('a0 a1 b0 b1');
    press(' ');
    await Promise.resolve();
    expect(host.onMove).toHaveBeenCalledWith(['a0', 'a1'], { column: 'b', index: 0 });
  });

  it('leaves the row to a sorted view', () => {
    const { press, said, store, sortBy } = setUp(start('a', 1), start('b', 3));
    sortBy(2);
    press(' ');
    press('ArrowRight');
    expect(said.at(-1)).toBe('b');
    expect(order(store, 'b')).toBe('b0 b1 a0 b2');
  });
});

describe('the focus', () => {
  it('follows a card that is sent to the next stage, and back again', () => {
    const { press, at, store, controller } = setUp(start('a', 3), start('b', 2));
    press('ArrowDown');
    press('ArrowRight', shift);
    expect(at()).toBe('b0');
    expect(store.idAt('b', 0)).toBe('a1');
    expect(controller.claimFocus('b')).toBe(true);
    press('ArrowLeft', shift);
    expect(at()).toBe('a0');
  });

  it('goes to the next card when the focused one leaves by another hand', () => {
    const { press, store, said, controller, at } = setUp(start('a', 3));
    press('ArrowDown');
    controller.noteFocus('a', 1);
    store.remove('a1');
    expect(at()).toBe('a1');
    expect(controller.cursorCard?.id).toBe('a2');
    expect(said.at(-1)).toBe('now at a2');
    expect(controller.claimFocus('a')).toBe(true);
  });

  it('stays with its card when rows above it go', () => {
    const { press, store, at } = setUp(start('a', 3));
    press('ArrowDown');
    store.remove('a0');
    expect(at()).toBe('a0');
    expect(store.idAt('a', 0)).toBe('a1');
  });

  it('takes over the card that arrives on its row', () => {
    const { press, store, controller } = setUp(start('a', 20, 100));
    press('End');
    const cards = Array.from({ length: 50 }, (_, i) => ({ id: `a${50 + i}`, stageId: 'a', version: 1 }));
    store.place('a', { row: 50, total: 100, capped: false, cards, nextAfter: null });
    expect(controller.cursorCard?.id).toBe('a99');
  });

  it('comes back to the cursor after a menu', () => {
    const { press, host, controller } = setUp(start('a', 3));
    press('ArrowDown');
    controller.claimFocus('a');
    press('s');
    expect(host.onStageMenu).toHaveBeenCalledWith('a1');
    controller.noteBlur();
    controller.focusCursor();
    expect(controller.claimFocus('a')).toBe(true);
    expect(controller.claimFocus('a')).toBe(false);
  });
});

describe('selecting', () => {
  it('extends and shrinks from where it began', () => {
    const { press, controller } = setUp(start('a', 5));
    press('ArrowDown', shift);
    press('ArrowDown', shift);
    press('ArrowUp', shift);
    expect(controller.selection.list).toEqual(['a0', 'a1']);
  });

  it('is cleared by Escape before anything else closes', () => {
    const { press, controller } = setUp(start('a', 2));
    press('x');
    expect(press('Escape')).toBe(true);
    expect(controller.selection.isEmpty).toBe(true);
    expect(press('Escape')).toBe(false);
  });

  it('holds a whole column with exceptions', () => {
    const { controller, said, store } = setUp(start('a', 20, 20_000));
    controller.selectColumn('a');
    controller.toggle('a3');
    expect(said.at(-1)).toBe('19999 selected');
    expect(controller.selection.has('a4', 'a')).toBe(true);
    expect(controller.selection.has('a3', 'a')).toBe(false);
    expect(store.total('a')).toBe(20_000);
  });

  it('does not lift what is mostly not loaded', () => {
    const { press, controller, said } = setUp(start('a', 20, 20_000));
    controller.selectColumn('a');
    press(' ');
    expect(said.at(-1)).toBe('too many');
    expect(controller.lifted).toBeUndefined();
  });
});

describe('keys that the board leaves alone', () => {
  it.each([
    ['f', {}],
    ['k', { ctrlKey: true }],
    ['ArrowLeft', { altKey: true }],
    ['Tab', {}],
  ])('%s', (key, held) => {
    expect(setUp(start('a', 1)).press(key, held)).toBe(false);
  });

  it('does nothing but carry while a card is in the air', () => {
    const { press, host } = setUp(start('a', 2));
    press(' ');
    press('s');
    press('x');
    expect(host.onStageMenu).not.toHaveBeenCalled();
  });
});
