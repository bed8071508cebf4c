import { type ComponentType, memo, useEffect, useRef } from 'react';
import { cx } from '../cx';
import type { BoardCard } from './types';

export interface CardProps<C extends BoardCard> {
  card: C;
  isSelected: boolean;
}

export interface RowViewProps<C extends BoardCard> {
  index: number;
  height: number;
  card: C | undefined;
  Card: ComponentType<CardProps<C>>;
  /** What a screen reader says of the card, or of the row that is still loading. */
  name: string;
  isTabStop: boolean;
  isSelected: boolean;
  isLifted: boolean;
  isDragged: boolean;
  /** Makes the row a thing to drag; answers how to undo that. */
  onMount: ((element: HTMLElement, id: string) => () => void) | undefined;
}

/** One row of a column. It is drawn anew only when something of its own has changed. */
function Row<C extends BoardCard>(props: RowViewProps<C>) {
  const { index, height, card, Card, name, isTabStop, isSelected, isLifted, isDragged, onMount } = props;
  const element = useRef<HTMLDivElement>(null);
  const id = card?.id;
  useEffect(() => {
    if (!element.current || id === undefined) return undefined;
    return onMount?.(element.current, id);
  }, [id, onMount]);
  return (
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={card ? isSelected : undefined}
      aria-label={name}
      aria-busy={card ? undefined : true}
      tabIndex={isTabStop ? 0 : -1}
      data-idx={index}
      data-card={id}
      className="group/row absolute inset-x-0 top-0 px-2 pb-2 outline-none"
      style={{ height, transform: `translateY(${index * height}px)` }}
    >
      <div
        role="gridcell"
        className={cx(
          'relative h-full overflow-hidden rounded-lg border shadow-card [contain:layout_style_paint]',
          'group-focus-visible/row:outline-2 group-focus-visible/row:outline-offset-1 group-focus-visible/row:outline-focus',
          isSelected || isLifted ? 'border-accent bg-accent-soft' : 'border-line bg-surface',
          isLifted && 'shadow-popover ring-1 ring-accent ring-inset',
          isDragged && 'opacity-40',
        )}
      >
        {card ? <Card card={card} isSelected={isSelected} /> : <Loading />}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <span className="flex flex-col gap-2 p-3" aria-hidden="true">
      <span className="h-3 w-2/3 rounded-sm bg-hover" />
      <span className="h-3 w-1/2 rounded-sm bg-hover" />
    </span>
  );
}

export const RowView = memo(Row) as typeof Row;
