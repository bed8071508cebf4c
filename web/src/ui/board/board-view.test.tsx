import { act, cleanup, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoardView } from './board-view';
import { BoardController } from './controller';
import { Pages } from './pages';
import type { BoardParts, BoardScreenHost } from './parts';
import { BoardStore } from './store';
import type { BoardCard, ColumnStart } from './types';

const start = (id: string, count: number, total = count): ColumnStart<BoardCard> => ({
  id,
  total,
  capped: false,
  sums: [],
  cards: Array.from({ length: count }, (_, i) => ({ id: `${id}${i}`, stageId: id, version: 1 })),
  nextAfter: null,
});

function Card({ card }: { card: BoardCard }) {
  return <span>{card.id}</span>;
}

function Head({ column, headingId }: { column: string; headingId: string }) {
  return <h2 id={headingId}>{column}</h2>;
}

function draw(...columns: ColumnStart<BoardCard>[]) {
  const store = new BoardStore<BoardCard>(() => null);
  store.start(columns);
  // Pages never arrive by themselves; a test puts them in.
  const pages = new Pages(store, () => new Promise(() => undefined));
  const said: string[] = [];
  const opened: string[] = [];
  const words = {
    speech: { removed: (next: BoardCard | undefined) => `now at ${next?.id}`, selected: (n: number) => `${n} selected` },
    say: (text: string) => said.push(text),
    onOpen: (id: string) => opened.push(id),
    onCardMenu: (id: string) => opened.push(`menu of ${id}`),
    onMove: (ids: readonly string[], to: { column: string; index: number }) => {
      store.confirm(store.move(ids, to, (card) => ({ ...card, stageId: to.column })));
      controller.focusCard(ids[0] ?? '');
    },
    canMove: () => true,
    isFolded: () => false,
    isOrderable: () => true,
    rank: () => undefined,
    ready: () => Promise.resolve(),
    nameOf: (card: BoardCard) => `lead ${card.id}`,
    emptyText: () => 'Nothing here',
    onShowHeld: vi.fn<() => void>(),
  };
  const host = words as unknown as BoardScreenHost<BoardCard>;
  const controller: BoardController<BoardCard> = new BoardController(store, () => host);
  const board: BoardParts<BoardCard> = { store, controller, pages, host: () => host };
  const looks = columns.map(({ id }) => ({ id, name: id, color: '#1a73d5' }));
  render(
    <BoardView board={board} label="Board" columns={looks} rowHeight={92} Card={Card} Head={Head} onUnfold={() => undefined} />,
  );
  return { store, controller, said, opened, keys: userEvent.setup() };
}

const row = (name: string) => screen.getByRole('row', { name });
const hasFocus = () => document.activeElement?.getAttribute('aria-label');

// Nothing is laid out here; eight rows are in sight.
beforeEach(() => {
  // The automatic scrolling wonders about elements that do not scroll; without styles none does.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  Object.defineProperties(HTMLElement.prototype, {
    clientHeight: { configurable: true, get: () => 736 },
    clientWidth: { configurable: true, get: () => 288 },
  });
});
afterEach(cleanup);

describe('the drawn board', () => {
  it('is a grid for each column, named by its heading, with one tab stop', () => {
    draw(start('a', 3), start('b', 0));
    const grid = within(screen.getByRole('region', { name: 'a' })).getByRole('grid', { name: 'a' });
    expect(grid.getAttribute('aria-rowcount')).toBe('3');
    expect(row('lead a1').getAttribute('aria-rowindex')).toBe('2');
    expect(within(grid).getAllByRole('row').map((found) => found.tabIndex)).toEqual([0, -1, -1]);
    expect(screen.getByText('Nothing here').closest('[role="row"]')?.getAttribute('tabindex')).toBe('0');
  });

  it('moves the focus by keys, over into an empty column and back', async () => {
    const { keys } = draw(start('a', 3), start('b', 0));
    act(() => row('lead a0').focus());
    await keys.keyboard('{ArrowDown}');
    expect(hasFocus()).toBe('lead a1');
    await keys.keyboard('{ArrowRight}');
    expect(document.activeElement?.textContent).toBe('Nothing here');
    await keys.keyboard('{ArrowLeft}');
    expect(hasFocus()).toBe('lead a0');
  });

  it('gives the focus to a card that is moved, in its new column', async () => {
    const { keys } = draw(start('a', 3), start('b', 2));
    act(() => row('lead a1').focus());
    await keys.keyboard('{Shift>}{ArrowRight}{/Shift}');
    expect(hasFocus()).toBe('lead a1');
    expect(row('lead a1').closest('[data-column]')?.getAttribute('data-column')).toBe('b');
  });

  it('keeps the focus on a row that loads, and passes it on to the card that arrives', async () => {
    const { keys, store } = draw(start('a', 5, 200));
    act(() => row('lead a0').focus());
    await keys.keyboard('{End}');
    expect(hasFocus()).toBe('Loading lead');
    expect(document.activeElement?.getAttribute('data-idx')).toBe('199');
    const cards = Array.from({ length: 50 }, (_, i) => ({ id: `a${150 + i}`, stageId: 'a', version: 1 }));
    act(() => store.place('a', { row: 150, total: 200, capped: false, cards, nextAfter: null }));
    expect(hasFocus()).toBe('lead a199');
  });

  it('passes the focus to the next card when the focused one goes, and says so', () => {
    const { store, said } = draw(start('a', 3));
    act(() => row('lead a1').focus());
    act(() => store.remove('a1'));
    expect(hasFocus()).toBe('lead a2');
    expect(said).toEqual(['now at a2']);
  });

  it('comes back to the cursor after something else had the focus', () => {
    const { controller } = draw(start('a', 3));
    act(() => row('lead a2').focus());
    act(() => row('lead a2').blur());
    act(() => controller.focusCursor());
    expect(hasFocus()).toBe('lead a2');
  });

  it('opens by a press, selects with Control, and offers a menu by the other button', async () => {
    const { keys, opened, said } = draw(start('a', 2));
    await keys.click(screen.getByText('a0'));
    await keys.keyboard('{Control>}');
    await keys.click(screen.getByText('a1'));
    await keys.keyboard('{/Control}');
    await keys.pointer({ keys: '[MouseRight]', target: screen.getByText('a0') });
    expect(opened).toEqual(['a0', 'menu of a0']);
    expect(said).toEqual(['1 selected']);
    expect(row('lead a1').getAttribute('aria-selected')).toBe('true');
  });
});
