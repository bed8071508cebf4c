import {
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Column, ColumnPlace } from './types';

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});

/** Rows are drawn from the list itself; the table keeps the columns. */
const NO_ROWS: Record<string, never>[] = [];

export const MIN_WIDTH = 56;
export const MAX_WIDTH = 800;
export const CHECK_WIDTH = 40;

export interface LaidOut<Row> {
  column: Column<Row>;
  width: number;
  isPinned: boolean;
}

/** The visible columns in their order with their widths: the fixed ones first. */
export function useLayout<Row>(columns: readonly Column<Row>[], places: readonly ColumnPlace[]): LaidOut<Row>[] {
  const known = useMemo(() => new Map(columns.map((it) => [it.id, it])), [columns]);
  const definitions = useMemo(
    () => columns.map((it) => ({ id: it.id, size: it.width, minSize: MIN_WIDTH, maxSize: MAX_WIDTH })),
    [columns],
  );
  const state = useMemo(() => {
    const shown = new Set(places.map((it) => it.id));
    const sized = places.filter((it) => it.width !== undefined);
    return {
      columnOrder: places.map((it) => it.id),
      columnVisibility: Object.fromEntries(columns.map((it) => [it.id, shown.has(it.id) || it.isPinned === true])),
      columnSizing: Object.fromEntries(sized.map((it) => [it.id, it.width as number])),
      columnPinning: { start: columns.filter((it) => it.isPinned).map((it) => it.id), end: [] },
    };
  }, [columns, places]);
  const table = useTable({ features, columns: definitions, data: NO_ROWS, state });
  return useMemo(
    () =>
      [...table.getStartVisibleLeafColumns(), ...table.getCenterVisibleLeafColumns()].flatMap((it) => {
        const column = known.get(it.id);
        return column ? [{ column, width: it.getSize(), isPinned: column.isPinned ?? false }] : [];
      }),
    // The table is one object for life; what it was given says when to look again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [table, known, state, definitions],
  );
}

export const clampWidth = (width: number): number => Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));

export function withWidth(places: readonly ColumnPlace[], id: string, width: number): ColumnPlace[] {
  return places.map((it) => (it.id === id ? { ...it, width: clampWidth(width) } : it));
}

/** Puts a column before another one, or last. */
export function movedBefore(places: readonly ColumnPlace[], id: string, before: string | undefined): ColumnPlace[] {
  const moved = places.find((it) => it.id === id);
  if (!moved || id === before) return [...places];
  const rest = places.filter((it) => it.id !== id);
  const at = rest.findIndex((it) => it.id === before);
  rest.splice(at < 0 ? rest.length : at, 0, moved);
  return rest;
}

export function movedBy(places: readonly ColumnPlace[], id: string, step: -1 | 1): ColumnPlace[] {
  const at = places.findIndex((it) => it.id === id);
  const to = at + step;
  if (at < 0 || to < 0 || to >= places.length) return [...places];
  const moved = [...places];
  [moved[at], moved[to]] = [moved[to] as ColumnPlace, moved[at] as ColumnPlace];
  return moved;
}
