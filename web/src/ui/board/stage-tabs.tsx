import { type RefObject, useEffect, useState } from 'react';
import { useText } from '~/i18n';
import { Button } from '../button';
import { cx } from '../cx';
import type { ColumnLook } from './column-view';
import type { BoardParts } from './parts';
import type { BoardCard } from './types';

interface StageTabsProps<C extends BoardCard> {
  columns: readonly ColumnLook[];
  root: RefObject<HTMLElement | null>;
  board: BoardParts<C>;
}

/** On a phone one column fills the screen; these lead to the others, as swiping does. */
export function StageTabs<C extends BoardCard>({ columns, root, board }: StageTabsProps<C>) {
  const text = useText();
  const [shown, setShown] = useState(columns[0]?.id);
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const seen = new IntersectionObserver(
      (entries) => {
        const front = entries.find((it) => it.isIntersecting);
        if (front?.target instanceof HTMLElement) setShown(front.target.dataset['column']);
      },
      { root: element, threshold: 0.6 },
    );
    for (const column of columns) {
      const drawn = element.querySelector(`[data-column="${column.id}"]`);
      if (drawn) seen.observe(drawn);
    }
    return () => seen.disconnect();
  }, [root, columns]);
  const go = (id: string) => {
    root.current?.querySelector(`[data-column="${id}"]`)?.scrollIntoView({ inline: 'center', block: 'nearest' });
    setShown(id);
    if (board.controller.column !== undefined) board.controller.noteFocus(id, board.controller.cursorRow(id));
    board.controller.noteBlur();
  };
  return (
    <nav
      aria-label={text({ id: 'board.tabs', defaultMessage: 'Stages' })}
      className="flex shrink-0 gap-1 overflow-x-auto px-gutter pb-2 sm:hidden"
    >
      {columns.map((column) => (
        <Button
          key={column.id}
          tone="quiet"
          size="small"
          aria-current={shown === column.id}
          onPress={() => go(column.id)}
          className={cx('rounded-full!', shown === column.id && 'bg-accent-soft! text-accent-ink!')}
        >
          {column.name}
        </Button>
      ))}
    </nav>
  );
}
