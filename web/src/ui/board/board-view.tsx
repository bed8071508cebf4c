import {
  type ComponentType,
  type KeyboardEvent,
  type MouseEvent,
  type FocusEvent,
  useCallback,
  useEffect,
  useRef,
} from 'react';
import { type ColumnLook, ColumnView } from './column-view';
import { withDragging } from './dragging';
import { FoldedColumn } from './folded-column';
import { readKey } from './keys';
import type { BoardParts } from './parts';
import type { CardProps } from './row-view';
import { StageTabs } from './stage-tabs';
import type { BoardCard } from './types';

export interface BoardViewProps<C extends BoardCard> {
  board: BoardParts<C>;
  label: string;
  columns: readonly ColumnLook[];
  /** Height of a row with the gap below it. */
  rowHeight: number;
  Card: ComponentType<CardProps<C>>;
  Head: ComponentType<{ column: string; headingId: string }>;
  onUnfold: (column: string) => void;
}

/** Columns of cards, by pointer, by touch and by keys. */
export function BoardView<C extends BoardCard>({
  board,
  label,
  columns,
  rowHeight,
  Card,
  Head,
  onUnfold,
}: BoardViewProps<C>) {
  const { controller, host } = board;
  const root = useRef<HTMLDivElement>(null);
  const onMount = useCallback(
    (element: HTMLElement, id: string) => withDragging(({ dragRow }) => dragRow(element, id, board)),
    [board],
  );

  useEffect(() => withDragging(({ watchDrags }) => watchDrags(board)), [board]);
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    return withDragging(({ scrollSideways }) => scrollSideways(element, board));
  }, [board]);

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rowOf(event.target);
    // A button inside a card keeps its own keys.
    if (!row || row !== event.target) return;
    const mirrored = getComputedStyle(row).direction === 'rtl';
    const intent = readKey(event, { lifted: controller.lifted !== undefined, mirrored });
    if (!intent || !controller.press(intent)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocus = (event: FocusEvent) => {
    const row = rowOf(event.target);
    const column = row?.closest<HTMLElement>('[data-column]')?.dataset['column'];
    if (row && column !== undefined) controller.noteFocus(column, Number(row.dataset['idx']));
  };
  const onBlur = (event: FocusEvent) => {
    const next = event.relatedTarget instanceof Node && rowOf(event.relatedTarget);
    if (next) return;
    controller.noteBlur();
    // Whoever goes elsewhere with a card in hand puts it back first.
    if (controller.lifted && event.relatedTarget) controller.cancelLift();
  };
  const onClick = (event: MouseEvent) => {
    const id = rowOf(event.target)?.dataset['card'];
    if (id === undefined || isInner(event.target)) return;
    if (event.shiftKey) controller.selectTo(id);
    else if (event.ctrlKey || event.metaKey) controller.toggle(id);
    else host().onOpen(id);
  };
  const onContextMenu = (event: MouseEvent) => {
    const id = rowOf(event.target)?.dataset['card'];
    // A long press begins a drag; what else can be done is behind the card's own button.
    const byTouch = event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch';
    if (id === undefined || byTouch) return;
    event.preventDefault();
    host().onCardMenu(id);
  };
  return (
    <>
      <StageTabs columns={columns} root={root} board={board} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- one listener for all rows, which are interactive; keys are handled beside it */}
      <div
        ref={root}
        role="group"
        aria-label={label}
        className="flex min-h-0 flex-1 snap-x gap-3 overflow-x-auto overflow-y-hidden px-gutter pb-3 max-sm:snap-mandatory sm:snap-none"
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={onBlur}
        onClick={onClick}
        onContextMenu={onContextMenu}
      >
        {columns.map((column) =>
          host().isFolded(column.id) ? (
            <FoldedColumn key={column.id} column={column} board={board} onUnfold={() => onUnfold(column.id)} />
          ) : (
            <ColumnView
              key={column.id}
              column={column}
              rowHeight={rowHeight}
              board={board}
              Card={Card}
              Head={Head}
              onMount={onMount}
            />
          ),
        )}
      </div>
    </>
  );
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[role="row"][data-idx]') : null;
}

/** A control inside of a card does its own thing. */
function isInner(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, a, input') !== null;
}
