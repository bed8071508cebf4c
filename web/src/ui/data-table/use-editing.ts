import { useCallback, useState } from 'react';
import { announce } from '~/app/announce';
import { useLatest } from '~/app/store';
import type { After, Cursor, DataTableProps, EditState, Refused } from './types';

type RefusedCells = ReadonlyMap<string, ReadonlyMap<string, Refused>>;

export interface Editing {
  edit: EditState | undefined;
  refused: RefusedCells;
  begin: (id: string, column: string, typed?: string) => void;
  cancel: () => void;
  commit: (id: string, column: string, value: unknown) => void;
}

interface Wanted<Row> {
  rowOf: (id: string) => Row | undefined;
  onEdit: DataTableProps<Row>['onEdit'];
}

/** Which cell is being edited, and which were refused by the server and wait to be mended. */
export function useEditing<Row>(wanted: Wanted<Row>): Editing {
  const [edit, setEdit] = useState<EditState>();
  const [refused, setRefused] = useState<RefusedCells>(new Map());
  const latest = useLatest(wanted);

  const mark = useCallback((id: string, column: string, problem: Refused | undefined) => {
    setRefused((before) => {
      if (!problem && !before.get(id)?.has(column)) return before;
      const cells = new Map(before.get(id));
      if (problem) cells.set(column, problem);
      else cells.delete(column);
      const next = new Map(before);
      if (cells.size > 0) next.set(id, cells);
      else next.delete(id);
      return next;
    });
  }, []);

  const begin = useCallback((id: string, column: string, typed?: string) => setEdit({ id, column, typed }), []);
  const cancel = useCallback(() => {
    setEdit((now) => {
      if (now) queueMicrotask(() => mark(now.id, now.column, undefined));
      return undefined;
    });
  }, [mark]);
  const commit = useCallback(
    (id: string, column: string, value: unknown) => {
      setEdit(undefined);
      mark(id, column, undefined);
      const row = latest.current.rowOf(id);
      if (row === undefined) return;
      void latest.current.onEdit?.(row, column, value).then((error) => {
        if (error === undefined) return;
        mark(id, column, { value, error });
        announce(error, 'assertive');
      });
    },
    [latest, mark],
  );
  return { edit, refused, begin, cancel, commit };
}

/** Where the cursor goes after an edit. */
export function cursorAfter(at: Cursor, after: After, rows: number, cols: number): Cursor {
  if (after === 'down') return { row: Math.min(rows - 1, at.row + 1), col: at.col };
  if (after === 'next') return { row: at.row, col: Math.min(cols - 1, at.col + 1) };
  if (after === 'previous') return { row: at.row, col: Math.max(0, at.col - 1) };
  return at;
}
