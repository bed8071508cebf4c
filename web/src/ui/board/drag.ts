import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { draggable, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { preserveOffsetOnSource } from '@atlaskit/pragmatic-drag-and-drop/utils/preserve-offset-on-source';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/utils/set-custom-native-drag-preview';
import type { BoardParts } from './parts';
import { drawPreview } from './drag-preview';
import type { BoardCard, Place } from './types';

const BOARD = Symbol('board');

/** Whether what is dragged comes from this board. */
export function isOfBoard<C extends BoardCard>(data: Record<string | symbol, unknown>, board: BoardParts<C>): boolean {
  return data[BOARD] === board.store;
}

/** Makes a row a thing to drag; a row of the selection takes the others along. */
export function dragRow<C extends BoardCard>(element: HTMLElement, id: string, board: BoardParts<C>): () => void {
  return draggable({
    element,
    canDrag: () => board.host().canMove() && !board.controller.lifted,
    getInitialData: () => ({ [BOARD]: board.store, ids: board.controller.taken(id) }),
    onGenerateDragPreview: ({ nativeSetDragImage, location, source }) => {
      const card = element.firstElementChild;
      if (!(card instanceof HTMLElement)) return;
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: preserveOffsetOnSource({ element, input: location.current.input }),
        render: ({ container }) => drawPreview(container, card, idsOf(source.data).length),
      });
    },
  });
}

/** Follows drags over the whole board, and makes the move at their end. */
export function watchDrags<C extends BoardCard>(board: BoardParts<C>): () => void {
  const { controller } = board;
  return monitorForElements({
    canMonitor: ({ source }) => isOfBoard(source.data, board),
    onDragStart: ({ source }) => controller.setDragging(idsOf(source.data)),
    onDrop: ({ source, location }) => {
      const ids = idsOf(source.data);
      const target = location.current.dropTargets[0]?.data;
      controller.setDragging([]);
      if (target) void drop(board, ids, String(target['column']), Number(target['gap']));
    },
  });
}

/** Scrolls the board itself where a card is held at its edge. */
export function scrollSideways<C extends BoardCard>(element: HTMLElement, board: BoardParts<C>): () => void {
  return autoScrollForElements({
    element,
    canScroll: ({ source }) => isOfBoard(source.data, board),
    getAllowedAxis: () => 'horizontal',
  });
}

const idsOf = (data: Record<string | symbol, unknown>): readonly string[] => data['ids'] as readonly string[];

async function drop<C extends BoardCard>(
  board: BoardParts<C>,
  ids: readonly string[],
  column: string,
  gap: number,
): Promise<void> {
  const place = placeOf(board, ids, column, gap);
  if (!place) return;
  await board.host().ready(place);
  board.host().onMove(ids, place);
}

/** The place that a gap between rows stands for; nothing where the cards would stay where they are. */
export function placeOf<C extends BoardCard>(
  { store, host }: Pick<BoardParts<C>, 'store' | 'host'>,
  ids: readonly string[],
  column: string,
  gap: number,
): Place | undefined {
  const [id] = ids;
  const card = id === undefined ? undefined : store.card(id);
  if (id === undefined || !card) return undefined;
  const isForeign = ids.some((it) => store.columnOf(it) !== column);
  const ranked = host().rank(card, column);
  if (ids.length > 1 || ranked !== undefined) return isForeign ? { column, index: ranked ?? 0 } : undefined;
  const from = store.indexOf(id);
  if (isForeign) return { column, index: gap };
  const index = gap > from ? gap - 1 : gap;
  return index === from ? undefined : { column, index };
}
