import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/utils/combine';
import { type RefObject, useEffect } from 'react';
import { useLatest } from '~/app/store';

/**
 * Lets the rows of a short list be dragged by their grips: `[data-sort]` on a row holds its key, `[data-grip]` is what
 * it is dragged by. Buttons that move a row up and down belong beside it: dragging is never the only way.
 */
export function useSortable(list: RefObject<HTMLElement | null>, keys: readonly string[], onMove: (key: string, to: number) => void): void {
  const move = useLatest(onMove);
  const joined = keys.join('\n');
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const rows = joined.split('\n').map((key) => element.querySelector<HTMLElement>(`[data-sort="${CSS.escape(key)}"]`));
    const kind = Symbol('list');
    const gapAt = (y: number) => rows.filter((row) => row && y > middle(row)).length;
    const stops = rows.map((row) => {
      const grip = row?.querySelector('[data-grip]');
      if (!row || !grip) return () => undefined;
      return draggable({
        element: row,
        dragHandle: grip,
        getInitialData: () => ({ kind, key: row.dataset['sort'] }),
        onDragStart: () => row.toggleAttribute('data-dragged', true),
        onDrop: () => row.removeAttribute('data-dragged'),
      });
    });
    const target = dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data['kind'] === kind,
      getData: ({ input }) => ({ gap: gapAt(input.clientY) }),
    });
    const watch = monitorForElements({
      canMonitor: ({ source }) => source.data['kind'] === kind,
      onDrop: ({ source, location }) => {
        const gap = location.current.dropTargets[0]?.data['gap'];
        const key = String(source.data['key']);
        const from = joined.split('\n').indexOf(key);
        if (typeof gap === 'number') move.current(key, gap > from ? gap - 1 : gap);
      },
    });
    return combine(...stops, target, watch);
  }, [list, joined, move]);
}

const middle = (row: HTMLElement): number => {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2;
};
