import { ArrowUp } from 'lucide-react';
import { type ComponentType, useEffect, useId, useRef } from 'react';
import { useFormats } from '~/i18n/formats';
import { useText } from '~/i18n';
import { Button } from '../button';
import { cx } from '../cx';
import { stageColour } from '../stage-colour';
import { withDragging } from './dragging';
import type { BoardParts } from './parts';
import { type CardProps, RowView } from './row-view';
import { useCovered, useCursorFocus } from './use-cursor-focus';
import { useRows } from './use-rows';
import { MOST_ROWS, type BoardCard } from './types';

export interface ColumnLook {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

export interface ColumnViewProps<C extends BoardCard> {
  column: ColumnLook;
  rowHeight: number;
  board: BoardParts<C>;
  Card: ComponentType<CardProps<C>>;
  Head: ComponentType<{ column: string; headingId: string }>;
  onMount: ((element: HTMLElement, id: string) => () => void) | undefined;
}

/** One column: its head, and the rows that are in sight. */
export function ColumnView<C extends BoardCard>({ column: look, rowHeight, board, Card, Head, onMount }: ColumnViewProps<C>) {
  const { store, pages, host } = board;
  const { id } = look;
  const headingId = useId();
  const section = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const covered = useCovered(board, id);
  const { rows, shown } = useRows({ id, rowHeight, board, scroller });
  useCursorFocus({ id, rowHeight, board, section, scroller, covered });
  useEffect(() => {
    const [column, box, mark] = [section.current, scroller.current, line.current];
    if (!column || !box || !mark) return undefined;
    return withDragging(({ dropOnColumn }) => dropOnColumn({ id, column, box, mark, rowHeight, board }));
  }, [id, rowHeight, board]);
  return (
    <section
      ref={section}
      aria-labelledby={headingId}
      data-column={id}
      {...stageColour(look.color)}
      className="group/column relative flex min-h-0 w-72 shrink-0 snap-center flex-col overflow-hidden rounded-xl bg-sunken data-over:ring-2 data-over:ring-accent data-over:ring-inset max-sm:w-[calc(100vw-2*var(--gutter))]"
    >
      <div aria-hidden="true" className="h-[3px] shrink-0 bg-stage-solid" />
      <Head column={id} headingId={headingId} />
      {store.failed(id) && <Failed onRetry={() => pages.retry(id)} />}
      <HeldPill count={store.held(id)} onShow={() => host().onShowHeld(id)} />
      <div
        ref={scroller}
        role="grid"
        aria-labelledby={headingId}
        aria-rowcount={store.capped(id) ? -1 : Math.max(1, store.total(id))}
        aria-colcount={1}
        aria-multiselectable="true"
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-y-contain pt-1 [overflow-anchor:none]"
      >
        <div
          role="rowgroup"
          className="relative"
          style={{ height: rows === 0 ? '100%' : rows * rowHeight, marginBottom: covered }}
        >
          {rows === 0 && <EmptyRow words={host().emptyText(id)} />}
          {shown.map((index) => (
            <Row key={store.idAt(id, index) ?? `row-${index}`} column={id} index={index} rowHeight={rowHeight} board={board} Card={Card} onMount={onMount} />
          ))}
          <div
            ref={line}
            aria-hidden="true"
            className="pointer-events-none absolute inset-x-2 top-0 z-10 hidden h-0.5 rounded-full bg-accent before:absolute before:-start-1 before:-top-[3px] before:size-2 before:rounded-full before:bg-accent"
          />
        </div>
        {store.total(id) > MOST_ROWS && <Cut total={store.total(id)} />}
      </div>
    </section>
  );
}

interface RowProps<C extends BoardCard> extends Pick<ColumnViewProps<C>, 'rowHeight' | 'board' | 'Card' | 'onMount'> {
  column: string;
  index: number;
}

/** Looks up what a row shows. The row itself is drawn anew only when one of these has changed. */
function Row<C extends BoardCard>({ column, index, rowHeight, board, Card, onMount }: RowProps<C>) {
  const { store, controller, host } = board;
  const text = useText();
  const card = store.cardAt(column, index);
  return (
    <RowView
      index={index}
      height={rowHeight}
      card={card}
      Card={Card}
      name={card ? host().nameOf(card) : text({ id: 'board.row.loading', defaultMessage: 'Loading lead' })}
      isTabStop={index === controller.cursorRow(column)}
      isSelected={card !== undefined && controller.selection.has(card.id, column)}
      isLifted={card !== undefined && controller.isLifted(card.id)}
      isDragged={card !== undefined && controller.dragging.includes(card.id)}
      onMount={onMount}
    />
  );
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const text = useText();
  return (
    <div role="alert" className="mx-2 mb-2 flex items-center justify-between gap-2 rounded-md bg-danger-soft p-2 text-small">
      {text({ id: 'board.column.failed', defaultMessage: 'Some leads could not be loaded.' })}
      <Button size="small" onPress={onRetry}>
        {text({ id: 'board.column.retry', defaultMessage: 'Retry' })}
      </Button>
    </div>
  );
}

/** A column ends where a browser's elements do. */
function Cut({ total }: { total: number }) {
  const text = useText();
  const formats = useFormats();
  const words = { id: 'board.column.cut', defaultMessage: 'Showing the first {shown} of {total}. Filter to narrow, or open as table.' };
  return (
    <div role="row">
      <div role="gridcell" className="px-3 pt-1 pb-4 text-small text-muted">
        {text(words, { shown: formats.number(MOST_ROWS), total: formats.number(total) })}
      </div>
    </div>
  );
}

/** What puts a lead into a column stands where the leads would; it takes focus as a row does. */
function EmptyRow({ words }: { words: string }) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      tabIndex={0}
      data-idx={0}
      className="group/row h-full px-2 pb-2 outline-none"
    >
      <div
        role="gridcell"
        className={cx(
          'grid min-h-24 place-items-center rounded-lg border border-dashed border-line-strong p-3 text-center text-small text-muted',
          'group-focus-visible/row:outline-2 group-focus-visible/row:outline-focus',
        )}
      >
        {words}
      </div>
    </div>
  );
}

function HeldPill({ count, onShow }: { count: number; onShow: () => void }) {
  const text = useText();
  if (count === 0) return null;
  return (
    <div className="relative z-20 h-0">
      <Button
        size="small"
        tone="primary"
        className="absolute inset-x-0 top-1 mx-auto w-fit rounded-full! shadow-popover"
        icon={<ArrowUp size={14} />}
        onPress={onShow}
      >
        {text({ id: 'board.held', defaultMessage: '{count, plural, one {# new lead} other {# new leads}}' }, { count })}
      </Button>
    </div>
  );
}
