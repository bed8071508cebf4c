import { type RefObject, useLayoutEffect, useSyncExternalStore } from 'react';
import type { BoardParts } from './parts';
import type { BoardCard } from './types';

/** Height of the bar that floats over the columns while cards are selected. */
const BAR = 72;

/** How much of the end of a column is covered. */
export function useCovered<C extends BoardCard>({ controller }: BoardParts<C>, id: string): number {
  useSyncExternalStore(controller.subscribe, () => controller.stamp(id));
  return controller.selection.isEmpty ? 0 : BAR;
}

interface CursorFocus<C extends BoardCard> {
  id: string;
  rowHeight: number;
  board: BoardParts<C>;
  section: RefObject<HTMLElement | null>;
  scroller: RefObject<HTMLElement | null>;
  covered: number;
}

/**
 * Gives the focus to the row of the cursor when the controller wants it there, and on to its successor when the element
 * that had it was taken out of the page. It does so in the same commit, so that the focus is never on the page itself.
 */
export function useCursorFocus<C extends BoardCard>({ id, rowHeight, board, section, scroller, covered }: CursorFocus<C>): void {
  const { controller } = board;
  useLayoutEffect(() => {
    const isMine = controller.column === id && controller.hasFocus && document.activeElement === document.body;
    if (!controller.claimFocus(id) && !isMine) return;
    const box = scroller.current;
    if (!box) return;
    reveal(box, controller.cursorRow(id), rowHeight, covered);
    section.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    box.querySelector<HTMLElement>(`[data-idx="${controller.cursorRow(id)}"]`)?.focus({ preventScroll: true });
  });
}

/** Scrolls no further than it must. */
function reveal(box: HTMLElement, index: number, rowHeight: number, covered: number): void {
  const top = index * rowHeight;
  const bottom = top + rowHeight + covered;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight + 4;
}
