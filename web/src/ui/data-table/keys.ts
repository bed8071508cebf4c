import type { Cursor } from './types';

export interface Extent {
  rows: number;
  cols: number;
  /** How many rows are in sight. */
  page: number;
  isRtl: boolean;
}

/** Where a key moves the cursor; nothing for keys that do not move it. */
export function moveOf(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  at: Cursor,
  { rows, cols, page, isRtl }: Extent,
): Cursor | undefined {
  const far = ctrlKey || metaKey;
  const clampRow = (row: number) => Math.max(-1, Math.min(rows - 1, row));
  const clampCol = (col: number) => Math.max(0, Math.min(cols - 1, col));
  const forward = isRtl ? -1 : 1;
  switch (key) {
    case 'ArrowDown':
      return { row: far ? rows - 1 : clampRow(at.row + 1), col: at.col };
    case 'ArrowUp':
      return { row: far ? Math.min(0, rows - 1) : clampRow(at.row - 1), col: at.col };
    case 'ArrowRight':
      return { row: at.row, col: clampCol(at.col + forward) };
    case 'ArrowLeft':
      return { row: at.row, col: clampCol(at.col - forward) };
    case 'PageDown':
      return { row: clampRow(at.row + page), col: at.col };
    case 'PageUp':
      // From the rows one stays among the rows; the head is one step further.
      return { row: at.row < 0 ? -1 : Math.max(0, at.row - page), col: at.col };
    case 'Home':
      return { row: far ? Math.min(0, rows - 1) : at.row, col: 0 };
    case 'End':
      return { row: far ? rows - 1 : at.row, col: cols - 1 };
    default:
      return undefined;
  }
}

/** A key that types a sign, so that it may begin an edit. */
export function typedSign({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | undefined {
  return [...key].length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey ? key : undefined;
}
