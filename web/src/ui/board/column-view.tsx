import { useVirtualizer, type Range, defaultRangeExtractor } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import {
  type ComponentType,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import { useFormats } from '~/i18n/formats';
import { useText } from '~/i18n';
import { Button } from '../button';
import { cx } from '../cx';
import { stageColour } from '../stage-colour';
import type { BoardParts } from './parts';
import { type CardProps, RowView } from './row-view';
import { useColumnDrop } from './use-column-drop';
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

const OVERSCAN = 6;

/** One column: its head, and the rows that are in sight. */
export function ColumnView<C extends BoardCard>({ column, rowHeight, board, Card, Head, onMount }: ColumnViewProps<C>) {
  const { store, controller, pages, host } = board;
  const { id } = column;
  const headingId = useId();
  const text = useText();
  const section = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const formats = useFormats();
  useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.version(id),
  );
  useSyncExternalStore(controller.subscribe, () => controller.stamp(id));
  const rows = store.rows(id);
  const cursor = controller.cursorRow(id);
  const dragged = controller.dragging.find((it) => store.columnOf(it) === id);

  const extract = (range: Range): number[] => {
    const shown = new Set(defaultRangeExtractor(range));
    if (cursor < rows) shown.add(cursor);
    // A drag lives as long as the element it began on.
    if (dragged !== undefined) shown.add(store.indexOf(dragged));
    return [...shown].toSorted((a, b) => a - b);
  };
  // oxlint-disable-next-line react/incompatible-library -- the app is not compiled; rows are memoised by hand
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    rangeExtractor: extract,
    getItemKey: (index) => store.idAt(id, index) ?? `row-${index}`,
    initialRect: { width: 288, height: 720 },
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  const version = store.version(id);
  useEffect(() => {
    if (rows > 0) pages.want(id, first, last);
  }, [pages, id, first, last, version, rows]);
  useEffect(() => {
    controller.setPageRows(id, Math.max(1, last - first - 1));
  }, [controller, id, first, last]);

  useLayoutEffect(() => {
    const isMine = controller.column === id && controller.hasFocus && document.activeElement === document.body;
    if (!controller.claimFocus(id) && !isMine) return;
    const box = scroller.current;
    if (!box) return;
    reveal(box, controller.cursorRow(id), rowHeight);
    section.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    box.querySelector<HTMLElement>(`[data-idx="${controller.cursorRow(id)}"]`)?.focus({ preventScroll: true });
  });

  useColumnDrop({ id, section, scroller, line, rowHeight, board });

  const total = store.total(id);
  return (
    <section
      ref={section}
      aria-labelledby={headingId}
      data-column={id}
      {...stageColour(column.color)}
      className="group/column relative flex min-h-0 w-72 shrink-0 snap-center flex-col overflow-hidden rounded-xl bg-sunken data-over:ring-2 data-over:ring-accent data-over:ring-inset max-sm:w-[calc(100vw-2*var(--gutter))]"
    >
      <div aria-hidden="true" className="h-[3px] shrink-0 bg-stage-solid" />
      <Head column={id} headingId={headingId} />
      {store.failed(id) && (
        <div
          role="alert"
          className="mx-2 mb-2 flex items-center justify-between gap-2 rounded-md bg-danger-soft p-2 text-small"
        >
          {text({ id: 'board.column.failed', defaultMessage: 'Some leads could not be loaded.' })}
          <Button size="small" onPress={() => pages.retry(id)}>
            {text({ id: 'board.column.retry', defaultMessage: 'Retry' })}
          </Button>
        </div>
      )}
      <HeldPill count={store.held(id)} onShow={() => host().onShowHeld(id)} />
      <div
        ref={scroller}
        role="grid"
        aria-labelledby={headingId}
        aria-rowcount={store.capped(id) ? -1 : Math.max(1, total)}
        aria-colcount={1}
        aria-multiselectable="true"
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-y-contain pt-1 [overflow-anchor:none]"
      >
        <div role="rowgroup" className="relative" style={{ height: rows === 0 ? '100%' : rows * rowHeight }}>
          {rows === 0 && <EmptyRow isTabStop words={host().emptyText(id)} />}
          {virtual.getVirtualItems().map(({ index, key }) => {
            const card = store.cardAt(id, index);
            return (
              <RowView
                key={key}
                index={index}
                height={rowHeight}
                card={card}
                Card={Card}
                name={card ? host().nameOf(card) : text({ id: 'board.row.loading', defaultMessage: 'Loading lead' })}
                isTabStop={index === cursor}
                isSelected={card !== undefined && controller.selection.has(card.id, id)}
                isLifted={card !== undefined && controller.isLifted(card.id)}
                isDragged={card !== undefined && controller.dragging.includes(card.id)}
                onMount={onMount}
              />
            );
          })}
          <div
            ref={line}
            aria-hidden="true"
            className="pointer-events-none absolute inset-x-2 top-0 z-10 hidden h-0.5 rounded-full bg-accent before:absolute before:-start-1 before:-top-[3px] before:size-2 before:rounded-full before:bg-accent"
          />
        </div>
        {total > MOST_ROWS && (
          <div role="row">
            <div role="gridcell" className="px-3 pt-1 pb-4 text-small text-muted">
              {text(
                {
                  id: 'board.column.cut',
                  defaultMessage: 'Showing the first {shown} of {total}. Filter to narrow, or open as table.',
                },
                { shown: formats.number(MOST_ROWS), total: formats.number(total) },
              )}
            </div>
          </div>
        )}
      </div>
    </section>
  );
}

/** What puts a lead into a column stands where the leads would; it takes focus as a row does. */
function EmptyRow({ isTabStop, words }: { isTabStop: boolean; words: string }) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      tabIndex={isTabStop ? 0 : -1}
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

/** Scrolls no further than it must. */
function reveal(box: HTMLElement, index: number, rowHeight: number): void {
  const top = index * rowHeight;
  const bottom = top + rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight + 4;
}
