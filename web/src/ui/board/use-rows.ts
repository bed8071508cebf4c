import { type RefObject, useCallback, useEffect, useSyncExternalStore } from 'react';
import { useSight } from '../use-sight';
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
  shown: readonly number[];
} {
  const { store, controller, pages } = board;
  const version = useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.version(id),
  );
  useSyncExternalStore(controller.subscribe, () => controller.stamp(id));
  const rows = store.rows(id);
  const sight = useSight(scroller, rowHeight);
  const last = Math.max(0, Math.min(sight.last, rows - 1));
  const first = Math.min(sight.first, last);
  useEffect(() => {
    if (rows > 0) pages.want(id, first, last);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another version has other rows to want
  }, [pages, id, first, last, version, rows]);
  useEffect(() => {
    controller.setPageRows(id, Math.max(1, last - first - 1));
  }, [controller, id, first, last]);

  const shown = new Set<number>();
  for (let row = Math.max(0, first - OVERSCAN); row < Math.min(rows, last + OVERSCAN + 1); row += 1) shown.add(row);
  const cursor = controller.cursorRow(id);
  if (cursor < rows) shown.add(cursor);
  // A drag lives as long as the element it began on.
  const dragged = controller.dragging.find((it) => store.columnOf(it) === id);
  if (dragged !== undefined) shown.add(store.indexOf(dragged));
  return { rows, shown: [...shown].toSorted((one, other) => one - other) };
}
