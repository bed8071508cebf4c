import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, type RefObject } from 'react';
import type { LaidOut } from './layout';
import type { ColumnWindow } from './row';

/** Below this many columns all of them are drawn: that is simpler, and quick enough. */
const VIRTUAL_FROM = 20;

/** Which columns are drawn. The fixed ones always are, and need no place in the window. */
export function useColumnWindow<Row>(
  scroller: RefObject<HTMLDivElement | null>,
  columns: readonly LaidOut<Row>[],
  cursorCol: number,
): ColumnWindow {
  const pinned = columns.filter((it) => it.isPinned).length;
  const isVirtual = columns.length > VIRTUAL_FROM;
  const free = columns.length - pinned;
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: isVirtual ? free : 0,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index + pinned]?.width ?? 0,
    overscan: 3,
  });
  const shown = virtualizer.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  return useMemo(() => {
    if (!isVirtual) return { from: pinned, to: columns.length - 1, before: 0, after: 0 };
    const want = cursorCol - pinned;
    // The window grows to the cursor when that is near; a far cursor is brought into sight first.
    const from = want >= 0 && want < first && first - want < 12 ? want : first;
    const to = want > last && want - last < 12 && want < free ? want : last;
    const sum = (begin: number, end: number) =>
      columns.slice(begin + pinned, end + pinned).reduce((all, it) => all + it.width, 0);
    return { from: from + pinned, to: to + pinned, before: sum(0, from), after: sum(to + 1, free) };
  }, [isVirtual, columns, pinned, cursorCol, first, last, free]);
}
