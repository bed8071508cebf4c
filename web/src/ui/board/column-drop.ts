import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import type { BoardParts } from './parts';
import { isOfBoard } from './drag';
import type { BoardCard } from './types';

interface ColumnDrop<C extends BoardCard> {
  id: string;
  column: HTMLElement;
  /** What scrolls inside of it. */
  box: HTMLElement;
  /** The line that shows where a card would go. */
  mark: HTMLElement;
  rowHeight: number;
  board: BoardParts<C>;
}

/**
 * Makes a column take cards. There is one target for the whole column: the row is worked out from the height of the
 * pointer, and the line that shows it is moved without React.
 */
export function dropOnColumn<C extends BoardCard>({ id, column, box, mark, rowHeight, board }: ColumnDrop<C>): () => void {
  const gapAt = (clientY: number): number => {
    const y = clientY - box.getBoundingClientRect().top + box.scrollTop;
    return Math.max(0, Math.min(Math.round(y / rowHeight), board.store.rows(id)));
  };
  const show = (clientY: number, showsLine: boolean) => {
    column.toggleAttribute('data-over', !showsLine);
    mark.style.display = showsLine ? 'block' : 'none';
    if (showsLine) mark.style.transform = `translateY(${Math.max(1, gapAt(clientY) * rowHeight - 5)}px)`;
  };
  const hide = () => {
    column.removeAttribute('data-over');
    mark.style.display = 'none';
  };
  const draw = (clientY: number) =>
    show(clientY, board.controller.dragging.length === 1 && board.host().isOrderable());
  const stopTarget = dropTargetForElements({
    element: column,
    canDrop: ({ source }) => isOfBoard(source.data, board),
    getData: ({ input }) => ({ column: id, gap: gapAt(input.clientY) }),
    onDragEnter: ({ location }) => draw(location.current.input.clientY),
    onDrag: ({ location }) => draw(location.current.input.clientY),
    onDragLeave: hide,
    onDrop: hide,
  });
  const stopScroll = autoScrollForElements({
    element: box,
    canScroll: ({ source }) => isOfBoard(source.data, board),
    getAllowedAxis: () => 'vertical',
  });
  // The content moves under a pointer that rests while the column scrolls.
  let lastY = 0;
  const remember = (event: DragEvent) => {
    lastY = event.clientY;
  };
  const redraw = () => {
    if (mark.style.display === 'block') draw(lastY);
  };
  column.addEventListener('dragover', remember, { passive: true });
  box.addEventListener('scroll', redraw, { passive: true });
  return () => {
    stopTarget();
    stopScroll();
    column.removeEventListener('dragover', remember);
    box.removeEventListener('scroll', redraw);
  };
}

/** A folded column takes cards at its top. */
export function dropOnFolded<C extends BoardCard>(element: HTMLElement, id: string, board: BoardParts<C>): () => void {
  const over = (isOver: boolean) => element.toggleAttribute('data-over', isOver);
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => isOfBoard(source.data, board),
    getData: () => ({ column: id, gap: 0 }),
    onDragEnter: () => over(true),
    onDragLeave: () => over(false),
    onDrop: () => over(false),
  });
}
