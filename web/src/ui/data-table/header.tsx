import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { ArrowDown, ArrowUp, EllipsisVertical } from 'lucide-react';
import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { useText } from '~/i18n';
import { cx } from '../cx';
import { FloatingMenu, preloadMenu, type MenuEntries } from '../menu';
import { CheckBox } from './check-box';
import { CHECK_WIDTH, type LaidOut, clampWidth } from './layout';
import type { ColumnWindow } from './row';
import { isDrawn } from './row';
import type { SortState } from './types';

export interface HeaderProps<Row> {
  columns: readonly LaidOut<Row>[];
  window: ColumnWindow;
  height: number;
  cursor: number | undefined;
  sort: SortState | undefined;
  onSort: ((sort: SortState) => void) | undefined;
  menuOf: (column: LaidOut<Row>) => MenuEntries;
  /** The column whose menu is open. */
  menu: string | undefined;
  onMenu: (column: string | undefined) => void;
  onWidth: (id: string, width: number) => void;
  onMove: (id: string, before: string | undefined) => void;
  onFocus: (col: number) => void;
  selection: 'none' | 'some' | 'all' | undefined;
  onSelectAll: () => void;
  grid: RefObject<HTMLDivElement | null>;
}

/** The head of the table: names, sorting, widths, order. */
export function Header<Row>(props: HeaderProps<Row>) {
  const { columns, window, height, cursor, selection, onSelectAll, onFocus } = props;
  const text = useText();
  const shift = selection === undefined ? 0 : 1;
  const pinned = columns.filter((it) => it.isPinned).length;
  const drawn = columns.map((_, col) => col).filter((col) => isDrawn(columns, window, col));
  return (
    <div
      role="row"
      aria-rowindex={1}
      style={{ height }}
      className="sticky top-0 z-20 flex min-w-full w-max border-b border-line bg-canvas text-small font-medium text-muted"
    >
      {selection !== undefined && (
        <div
          role="columnheader"
          aria-colindex={1}
          tabIndex={cursor === 0 ? 0 : -1}
          data-cell="-1:0"
          onPointerDown={() => onFocus(0)}
          onFocus={() => onFocus(0)}
          style={{ width: CHECK_WIDTH }}
          className="sticky start-0 z-1 grid shrink-0 place-items-center bg-canvas -outline-offset-2"
        >
          <CheckBox
            label={text({ id: 'table.select.loaded', defaultMessage: 'Select all rows that are loaded' })}
            state={selection}
            onPress={onSelectAll}
          />
        </div>
      )}
      {drawn.map((col) => (
        <HeaderCell
          key={columns[col]?.column.id}
          {...props}
          col={col}
          shift={shift}
          before={col === Math.max(window.from, pinned) ? window.before : 0}
        />
      ))}
      {window.after > 0 && <div aria-hidden="true" className="shrink-0" style={{ width: window.after }} />}
    </div>
  );
}

interface HeaderCellProps<Row> extends HeaderProps<Row> {
  col: number;
  shift: number;
  before: number;
}

function HeaderCell<Row>(props: HeaderCellProps<Row>) {
  const { columns, col, shift, before, cursor, sort, onSort, menuOf, menu, onMenu, onFocus } = props;
  const laidOut = columns[col] as LaidOut<Row>;
  const { column, isPinned } = laidOut;
  const text = useText();
  const cell = useRef<HTMLDivElement>(null);
  const edge = useHeaderDrag(cell, props);
  const at = col + shift;
  const sorted =
    column.sort !== undefined && sort?.by === column.sort ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp;
  const canSort = column.sort !== undefined && onSort !== undefined;
  const name = <span className="truncate">{column.label}</span>;
  const press = () => {
    // A new column begins with its greatest where it holds amounts, and with A where it holds words.
    const descending = sorted ? sorted === 'ascending' : column.align === 'end';
    onSort?.({ by: column.sort as string, descending });
  };
  return (
    <>
      {before > 0 && <div aria-hidden="true" className="shrink-0" style={{ width: before }} />}
      <div
        ref={cell}
        role="columnheader"
        aria-colindex={at + 1}
        {...(column.sort !== undefined && { 'aria-sort': sorted ?? 'none' })}
        data-column={column.id}
        style={{ width: `var(--w-${col})`, insetInlineStart: isPinned ? shift * CHECK_WIDTH : undefined }}
        className={cx(
          'group/head relative flex shrink-0 items-center',
          isPinned && 'sticky z-1 border-e border-line bg-canvas',
          edge === 'start' && 'shadow-[inset_2px_0_0_var(--accent)]',
          edge === 'end' && 'shadow-[inset_-2px_0_0_var(--accent)]',
        )}
      >
        <button
          type="button"
          tabIndex={cursor === at ? 0 : -1}
          data-cell={`-1:${at}`}
          aria-keyshortcuts="Alt+ArrowDown"
          onFocus={() => onFocus(at)}
          onClick={canSort ? press : () => onMenu(column.id)}
          className={cx(
            'flex h-full min-w-0 flex-1 items-center gap-1 px-2 font-medium -outline-offset-2 hover:text-text',
            column.align === 'end' && 'flex-row-reverse',
            sorted && 'text-text',
          )}
        >
          {name}
          {sorted && <Arrow size={13} className="shrink-0 text-accent-ink" />}
        </button>
        <button
          type="button"
          tabIndex={-1}
          aria-label={text({ id: 'table.column.menu', defaultMessage: 'Column {name}' }, { name: column.label })}
          aria-haspopup="menu"
          aria-expanded={menu === column.id}
          onPointerEnter={preloadMenu}
          onClick={() => onMenu(column.id)}
          className={cx(
            'me-1.5 grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text',
            menu === column.id
              ? 'bg-hover text-text'
              : 'opacity-0 group-hover/head:opacity-100 group-focus-within/head:opacity-100 pointer-coarse:opacity-100',
          )}
        >
          <EllipsisVertical size={14} />
        </button>
        <ResizeHandle {...props} laidOut={laidOut} />
        <FloatingMenu
          label={text({ id: 'table.column.menu', defaultMessage: 'Column {name}' }, { name: column.label })}
          items={menu === column.id ? menuOf(laidOut) : []}
          anchor={cell}
          isOpen={menu === column.id}
          onOpenChange={(next) => !next && onMenu(undefined)}
          focusAfter={() => props.grid.current?.querySelector<HTMLElement>(`[data-cell="-1:${at}"]`)?.focus()}
        />
      </div>
    </>
  );
}

/** Pulls the edge of a column. The width is a variable of the grid meanwhile, so that no row is drawn anew. */
function ResizeHandle<Row>({ grid, col, laidOut, onWidth }: HeaderCellProps<Row> & { laidOut: LaidOut<Row> }) {
  const start = useRef<{ x: number; width: number; now: number }>(undefined);
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: laidOut.width, now: laidOut.width };
  };
  const pull = (event: PointerEvent<HTMLDivElement>) => {
    if (!start.current) return;
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const by = (event.clientX - start.current.x) * (isRtl ? -1 : 1);
    start.current.now = clampWidth(start.current.width + by);
    grid.current?.style.setProperty(`--w-${col}`, `${start.current.now}px`);
  };
  const end = () => {
    if (start.current) onWidth(laidOut.column.id, start.current.now);
    start.current = undefined;
  };
  return (
    // The menu has "Width…" for everybody who does not pull.
    <div
      aria-hidden="true"
      onPointerDown={begin}
      onPointerMove={pull}
      onPointerUp={end}
      onPointerCancel={end}
      className="absolute inset-y-0 end-0 w-2 cursor-col-resize touch-none after:absolute after:inset-y-1.5 after:end-0 after:w-px after:bg-line hover:after:bg-accent"
    />
  );
}

type Edge = 'start' | 'end' | undefined;

/** Drags the name of a column to another place; the menu has "Move left" and "Move right". */
function useHeaderDrag<Row>(
  cell: RefObject<HTMLDivElement | null>,
  { columns, col, onMove }: HeaderCellProps<Row>,
): Edge {
  const [edge, setEdge] = useState<Edge>();
  const { column, isPinned } = columns[col] as LaidOut<Row>;
  const next = columns[col + 1]?.column.id;
  useEffect(() => {
    const element = cell.current;
    if (!element || isPinned) return undefined;
    const half = (x: number): Edge => {
      const box = element.getBoundingClientRect();
      const isFirst = x < box.left + box.width / 2;
      const isRtl = getComputedStyle(element).direction === 'rtl';
      return isFirst === isRtl ? 'end' : 'start';
    };
    return combine(
      draggable({ element, getInitialData: () => ({ column: column.id }) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => typeof source.data['column'] === 'string' && source.data['column'] !== column.id,
        onDrag: ({ location }) => setEdge(half(location.current.input.clientX)),
        onDragLeave: () => setEdge(undefined),
        onDrop: ({ source, location }) => {
          setEdge(undefined);
          onMove(String(source.data['column']), half(location.current.input.clientX) === 'start' ? column.id : next);
        },
      }),
    );
  }, [cell, column.id, isPinned, next, onMove]);
  return edge;
}
