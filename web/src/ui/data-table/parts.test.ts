import { describe, expect, it } from 'vitest';
import { moveOf, typedSign } from './keys';
import { movedBefore, movedBy, withWidth } from './layout';
import { ALL_SELECTED, NOTHING_SELECTED, countSelected, isSelected, select, selectionOf, toggle } from './selection';
import { cursorAfter } from './use-editing';

describe('moving by cell', () => {
  const extent = { rows: 100, cols: 5, page: 10, isRtl: false };
  const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, ...more });

  it.each([
    ['ArrowDown', { row: 4, col: 2 }],
    ['ArrowUp', { row: 2, col: 2 }],
    ['ArrowRight', { row: 3, col: 3 }],
    ['ArrowLeft', { row: 3, col: 1 }],
    ['PageDown', { row: 13, col: 2 }],
    ['PageUp', { row: 0, col: 2 }],
    ['Home', { row: 3, col: 0 }],
    ['End', { row: 3, col: 4 }],
  ])('%s', (key, to) => {
    expect(moveOf(press(key), { row: 3, col: 2 }, extent)).toEqual(to);
  });

  it('goes to the ends with Ctrl, and to the head from the first row', () => {
    expect(moveOf(press('End', { ctrlKey: true }), { row: 3, col: 2 }, extent)).toEqual({ row: 99, col: 4 });
    expect(moveOf(press('Home', { ctrlKey: true }), { row: 3, col: 2 }, extent)).toEqual({ row: 0, col: 0 });
    expect(moveOf(press('ArrowUp'), { row: 0, col: 2 }, extent)).toEqual({ row: -1, col: 2 });
  });

  it('is mirrored from right to left', () => {
    expect(moveOf(press('ArrowRight'), { row: 3, col: 2 }, { ...extent, isRtl: true })).toEqual({ row: 3, col: 1 });
  });

  it('stays inside', () => {
    expect(moveOf(press('ArrowDown'), { row: 99, col: 4 }, extent)).toEqual({ row: 99, col: 4 });
    expect(moveOf(press('x'), { row: 1, col: 1 }, extent)).toBeUndefined();
  });

  it('knows which keys type a sign', () => {
    const typed = (key: string, more = {}) =>
      typedSign({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
    expect(typed('a')).toBe('a');
    expect(typed('😀')).toBe('😀');
    expect(typed(' ')).toBeUndefined();
    expect(typed('Enter')).toBeUndefined();
    expect(typed('a', { ctrlKey: true })).toBeUndefined();
  });

  it('goes on after an edit', () => {
    expect(cursorAfter({ row: 1, col: 4 }, 'next', 3, 5)).toEqual({ row: 1, col: 4 });
    expect(cursorAfter({ row: 2, col: 1 }, 'down', 3, 5)).toEqual({ row: 2, col: 1 });
    expect(cursorAfter({ row: 1, col: 1 }, 'previous', 3, 5)).toEqual({ row: 1, col: 0 });
  });
});

describe('a selection', () => {
  it('of some grows and shrinks', () => {
    const some = select(NOTHING_SELECTED, ['a', 'b'], 'in');
    expect(countSelected(some, 10)).toBe(2);
    expect(isSelected(toggle(some, 'a'), 'a')).toBe(false);
  });

  it('of all never names rows but those left out', () => {
    const most = toggle(ALL_SELECTED, 'a');
    expect(most).toEqual({ mode: 'all', except: new Set(['a']) });
    expect(countSelected(most, 1_204_332)).toBe(1_204_331);
    expect(isSelected(most, 'b')).toBe(true);
    expect(toggle(most, 'a')).toEqual(ALL_SELECTED);
  });

  it('is shown for the rows that are loaded', () => {
    expect(selectionOf(NOTHING_SELECTED, ['a'])).toBe('none');
    expect(selectionOf(select(NOTHING_SELECTED, ['a'], 'in'), ['a', 'b'])).toBe('some');
    expect(selectionOf(ALL_SELECTED, ['a', 'b'])).toBe('all');
  });
});

describe('the places of columns', () => {
  const places = [{ id: 'name' }, { id: 'stage' }, { id: 'owner' }];
  it('change by steps, by dragging and by width', () => {
    expect(movedBy(places, 'owner', -1).map((it) => it.id)).toEqual(['name', 'owner', 'stage']);
    expect(movedBy(places, 'owner', 1)).toEqual(places);
    expect(movedBefore(places, 'name', undefined).map((it) => it.id)).toEqual(['stage', 'owner', 'name']);
    expect(movedBefore(places, 'owner', 'stage').map((it) => it.id)).toEqual(['name', 'owner', 'stage']);
    expect(withWidth(places, 'stage', 9000)[1]).toEqual({ id: 'stage', width: 800 });
  });
});
