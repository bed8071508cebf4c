import { type Range, type VirtualItem, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useSyncExternalStore } from 'react';
import type { BoardParts } from './parts';
import type { BoardCard } from './types';

interface RowsOf<C extends BoardCard> {
  id: string;
  rowHeight: number;
  board: BoardParts<C>;
  scroller: RefObject<HTMLElement | null>;
}

const OVERSCAN = 6;

/** The rows of a column that are drawn: those in sight, the one that has the focus, and the one that is dragged. */
export function useRows<C extends BoardCard>({ id, rowHeight, board, scroller }: RowsOf<C>): {
  rows: number;
  items: VirtualItem[];
} {
  const { store, controller, pages } = board;
  const version = useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.version(id),
  );
  useSyncExternalStore(controller.subscribe, () => controller.stamp(id));
  const rows = store.rows(id);
  const cursor = controller.cursorRow(id);
  const dragged = controller.dragging.find((it) => store.columnOf(it) === id);
  const extract = (range: Range): number[] => {
    const shown = new Set(defaultRangeExtractor(range));
    if (cursor < rows) shown.add(cursor);
    // A drag lives as long as the element it began on.
    if (dragged !== undefined) shown.add(store.indexOf(dragged));
    return [...shown].toSorted((a, b) => a - b);
  };
  // oxlint-disable-next-line react/incompatible-library -- the app is not compiled; rows are memoised by hand
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    rangeExtractor: extract,
    getItemKey: (index) => store.idAt(id, index) ?? `row-${index}`,
    initialRect: { width: 288, height: 720 },
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (rows > 0) pages.want(id, first, last);
  }, [pages, id, first, last, version, rows]);
  useEffect(() => {
    controller.setPageRows(id, Math.max(1, last - first - 1));
  }, [controller, id, first, last]);
  return { rows, items: virtual.getVirtualItems() };
}
