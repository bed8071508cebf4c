import { type Range, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
} from 'react';
import { announce } from '~/app/announce';
import { useLatest } from '~/app/store';
import { useText } from '~/i18n';
import { cx } from '../cx';
import { columnMenu } from './column-menu';
import { Header } from './header';
import { moveOf, typedSign } from './keys';
import { CHECK_WIDTH, movedBefore, useLayout, withWidth } from './layout';
import { GridRow } from './row';
import { NOTHING_SELECTED, isSelected, select, selectionOf, toggle } from './selection';
import type { Cursor, DataTableProps, RowCalls } from './types';
import { useColumnWindow } from './use-column-window';
import { cursorAfter, useEditing } from './use-editing';
import { useRowHeight } from './use-row-height';
import { WidthDialog } from './width-dialog';

export type { Column, ColumnPlace, EditorProps, Item, SortState } from './types';

const LOAD_AHEAD = 20;

/** Rows and columns of records as a grid: moved through by cell, edited in place, of any number of rows. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    items,
    total,
    density = 'comfortable',
    selection,
    sort,
    isLoading = false,
    isStale = false,
    openId,
  } = props;
  const text = useText();
  const grid = useRef<HTMLDivElement>(null);
  const columns = useLayout(props.columns, props.places);
  const rowHeight = useRowHeight(density);
  const shift = selection === undefined ? 0 : 1;
  const cols = columns.length + shift;
  const [cursor, setCursor] = useState<Cursor>({ row: 0, col: shift });
  const at = { row: Math.min(cursor.row, items.length - 1), col: Math.min(cursor.col, cols - 1) };
  const wantsFocus = useRef(false);
  const [followed, setFollowed] = useState(openId);
  if (openId !== followed) {
    // Whoever walks through the records beside the table finds the cursor at the last of them.
    setFollowed(openId);
    const row = openId === undefined ? -1 : items.findIndex((it) => it.id === openId);
    if (row >= 0) setCursor((before) => ({ ...before, row }));
  }
  const anchor = useRef<number>(undefined);
  const [menu, setMenu] = useState<string>();
  const [width, setWidth] = useState<string>();
  const known = useMemo(() => new Map(items.map((it) => [it.id, it])), [items]);
  const editing = useEditing<Row>({
    rowOf: (id) => {
      const item = known.get(id);
      return item?.kind === 'row' ? item.row : undefined;
    },
    onEdit: props.onEdit,
  });
  const window = useColumnWindow(grid, columns, at.col - shift);

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    getItemKey: (index) => items[index]?.id ?? index,
    // The row of the cursor stays mounted wherever one scrolls, or the focus would be lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        if (at.row < 0 || at.row >= range.count || shown.includes(at.row)) return shown;
        return [...shown, at.row].toSorted((one, other) => one - other);
      },
      [at.row],
    ),
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  const { onEnd } = props;
  useEffect(() => {
    if (items.length > 0 && lastShown >= items.length - LOAD_AHEAD) onEnd?.();
  }, [lastShown, items.length, onEnd]);

  const go = useCallback(
    (to: Cursor) => {
      wantsFocus.current = true;
      setCursor(to);
      if (to.row >= 0) virtualizer.scrollToIndex(to.row, { align: 'auto' });
    },
    [virtualizer],
  );

  // A cell that came into being for the cursor takes the focus in the same frame.
  useLayoutEffect(() => {
    if (!wantsFocus.current || editing.edit) return;
    const item = items[at.row];
    // A row that is one cell has the focus as a whole, whatever column one came from.
    const col = item?.kind === 'group' || item?.kind === 'more' ? 0 : at.col;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-cell="${at.row}:${col}"]`);
    if (!cell) {
      scrollToColumn(grid.current, columns, at.col - shift);
      return;
    }
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
    revealColumn(grid.current, cell, at.col - shift < 0 || columns[at.col - shift]?.isPinned === true);
  });

  const latest = useLatest({ props, items, at, shift, cols, columns, editing });
  const calls = useMemo<RowCalls>(() => {
    const now = () => latest.current;
    const columnOf = ({ col }: Cursor) => now().columns[col - now().shift]?.column;
    return {
      focusCell: (to) => setCursor((before) => (before.row === to.row && before.col === to.col ? before : to)),
      focusRow: (row) => setCursor((before) => (before.row === row ? before : { ...before, row })),
      toggleRow: (index, isRange) =>
        changeRows(now(), index, isRange ? anchor.current : undefined, () => (anchor.current = index)),
      beginEdit: (to) => beginAt(to),
      commit: (from, value, after) => {
        const item = now().items[from.row];
        const column = columnOf(from);
        if (!item || !column) return;
        now().editing.commit(item.id, column.id, value);
        go(cursorAfter(from, after, now().items.length, now().cols));
      },
      cancel: () => {
        wantsFocus.current = true;
        now().editing.cancel();
      },
      open: (index) => {
        const item = now().items[index];
        if (item?.kind === 'row') now().props.onOpen?.(item.row);
      },
    };
    function beginAt(to: Cursor, typed?: string): boolean {
      const item = now().items[to.row];
      const column = columnOf(to);
      if (item?.kind !== 'row' || !column?.editor) return false;
      const reason = column.locked?.(item.row);
      if (reason !== undefined) {
        announce(reason, 'assertive');
        return true;
      }
      setCursor(to);
      now().editing.begin(item.id, column.id, typed);
      return true;
    }
  }, [go, latest]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (editing.edit || menu !== undefined || event.nativeEvent.isComposing) return;
    if (!(event.target as HTMLElement).matches('[data-cell]')) return;
    if (
      tableKey(event, latest.current, {
        go,
        calls,
        anchor,
        setMenu,
        page: Math.max(1, shown.length - 10),
        begin: editing.begin,
      })
    ) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const loaded = useMemo(() => items.filter((it) => it.kind === 'row').map((it) => it.id), [items]);
  const head = selection && selectionOf(selection, loaded);
  const place = useLatest(props);
  const move = useCallback(
    (id: string, before: string | undefined) =>
      place.current.onPlacesChange(movedBefore(place.current.places, id, before)),
    [place],
  );
  const totalWidth = columns.reduce((sum, it) => sum + it.width, shift * CHECK_WIDTH);
  const style = Object.fromEntries(columns.map((it, col) => [`--w-${col}`, `${it.width}px`])) as CSSProperties;
  const widthOf = columns.find((it) => it.column.id === width);

  return (
    <div className="relative h-full">
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={label}
        aria-rowcount={total === undefined ? -1 : total + 1}
        aria-colcount={cols}
        aria-busy={isLoading || isStale}
        {...(selection && { 'aria-multiselectable': true })}
        onKeyDown={onKeyDown}
        data-density={density}
        style={style}
        className={cx('relative h-full overflow-auto bg-canvas [overflow-anchor:none]', isStale && 'opacity-60')}
      >
        <Header
          columns={columns}
          window={window}
          height={rowHeight}
          cursor={at.row === -1 || items.length === 0 ? at.col : undefined}
          sort={sort}
          onSort={props.onSortChange}
          menuOf={(laidOut) => columnMenu({ laidOut, props, askWidth: setWidth })}
          menu={menu}
          onMenu={setMenu}
          onWidth={(id, wide) => props.onPlacesChange(withWidth(props.places, id, wide))}
          onMove={move}
          onFocus={(col) => setCursor({ row: -1, col })}
          selection={head}
          onSelectAll={() =>
            props.onSelectionChange?.(head === 'none' ? select(NOTHING_SELECTED, loaded, 'in') : NOTHING_SELECTED)
          }
          grid={grid}
        />
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtualizer.getTotalSize(), width: totalWidth, minWidth: '100%' }}
        >
          {shown.map(({ index, start }) => {
            const item = items[index];
            if (!item) return null;
            return (
              <GridRow
                key={item.id}
                item={item}
                index={index}
                top={start}
                height={rowHeight}
                columns={columns}
                window={window}
                rowName={props.rowName}
                isSelected={selection && isSelected(selection, item.id)}
                isOpen={item.id === openId}
                cursor={at.row === index ? at.col : undefined}
                edit={editing.edit?.id === item.id ? editing.edit : undefined}
                refused={editing.refused.get(item.id)}
                calls={calls}
              />
            );
          })}
        </div>
      </div>
      {items.length === 0 && (
        // Beside the grid, for that may hold nothing but rows; under its head, for the eye.
        <div
          className="absolute inset-x-0 overflow-y-auto"
          style={{ top: rowHeight, maxHeight: `calc(100% - ${rowHeight}px)` }}
        >
          {props.empty}
        </div>
      )}
      <WidthDialog
        column={widthOf && { label: widthOf.column.label, width: widthOf.width }}
        onClose={() => setWidth(undefined)}
        onWidth={(wide) => {
          if (width === undefined) return;
          props.onPlacesChange(withWidth(props.places, width, wide));
          announce(text({ id: 'table.width.done', defaultMessage: 'Width is {width} pixels' }, { width: wide }));
        }}
      />
    </div>
  );
}

/** A far column is drawn only when it comes into sight. */
function scrollToColumn<Row>(
  scroller: HTMLElement | null,
  columns: ReturnType<typeof useLayout<Row>>,
  col: number,
): void {
  if (!scroller || col < 0 || columns[col]?.isPinned !== false) return;
  const before = columns.slice(0, col).reduce((sum, it) => (it.isPinned ? sum : sum + it.width), 0);
  const isRtl = getComputedStyle(scroller).direction === 'rtl';
  scroller.scrollLeft = isRtl ? -before : before;
}

/** Brings a cell out from under the fixed columns and into sight. */
function revealColumn(scroller: HTMLElement | null, cell: HTMLElement, isFixed: boolean): void {
  if (!scroller || isFixed) return;
  const box = cell.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const fixed = [...scroller.querySelectorAll<HTMLElement>('[role=row]:first-child > .sticky')].reduce(
    (sum, it) => sum + it.offsetWidth,
    0,
  );
  const isRtl = getComputedStyle(scroller).direction === 'rtl';
  const start = frame.left + (isRtl ? 0 : fixed);
  const end = frame.right - (isRtl ? fixed : 0);
  if (box.left < start) scroller.scrollLeft -= start - box.left;
  else if (box.right > end) scroller.scrollLeft += Math.min(box.right - end, box.left - start);
}

interface Now<Row> {
  props: DataTableProps<Row>;
  items: DataTableProps<Row>['items'];
  at: Cursor;
  shift: number;
  cols: number;
  columns: ReturnType<typeof useLayout<Row>>;
}

function changeRows<Row>(
  { props, items }: Now<Row>,
  index: number,
  from: number | undefined,
  settle: () => void,
): void {
  const { selection, onSelectionChange } = props;
  const item = items[index];
  if (!selection || !onSelectionChange || item?.kind !== 'row') return;
  if (from === undefined) onSelectionChange(toggle(selection, item.id));
  else {
    const range = items.slice(Math.min(from, index), Math.max(from, index) + 1).filter((it) => it.kind === 'row');
    onSelectionChange(
      select(
        selection,
        range.map((it) => it.id),
        'in',
      ),
    );
  }
  settle();
}

interface KeyTools {
  go: (to: Cursor) => void;
  calls: RowCalls;
  anchor: { current: number | undefined };
  setMenu: (column: string) => void;
  page: number;
  begin: (id: string, column: string, typed?: string) => void;
}

/** Answers to a key; says whether it was used. */
function tableKey<Row>(event: KeyboardEvent<HTMLElement>, now: Now<Row>, tools: KeyTools): boolean {
  const { at, items, cols, columns, shift, props } = now;
  const item = items[at.row];
  const column = columns[at.col - shift]?.column;
  const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';

  if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && props.selection && at.row >= 0) {
    tools.anchor.current ??= at.row;
    const to = Math.max(0, Math.min(items.length - 1, at.row + (event.key === 'ArrowDown' ? 1 : -1)));
    const from = tools.anchor.current;
    changeRows(now, to, from, () => undefined);
    tools.go({ row: to, col: at.col });
    return true;
  }
  if (at.row === -1) return headKey(event, now, tools, { rows: items.length, cols, page: tools.page, isRtl });
  if (
    item?.kind === 'group' &&
    (event.key === 'Enter' || event.key === ' ' || event.key === 'ArrowRight' || event.key === 'ArrowLeft')
  ) {
    const opens = event.key === (isRtl ? 'ArrowLeft' : 'ArrowRight');
    const closes = event.key === (isRtl ? 'ArrowRight' : 'ArrowLeft');
    if ((opens && item.isOpen) || (closes && !item.isOpen)) return true;
    item.onToggle();
    return true;
  }
  if (item?.kind === 'more' && (event.key === 'Enter' || event.key === ' ')) return false;
  if (!event.altKey) {
    const to = moveOf(event, at, { rows: items.length, cols, page: tools.page, isRtl });
    if (to) {
      tools.anchor.current = undefined;
      tools.go(to);
      return true;
    }
  }
  if (item?.kind !== 'row') return false;
  return rowKey(event, now, tools, { id: item.id, row: item.row, column });
}

function headKey<Row>(
  event: KeyboardEvent,
  { at, columns, shift, props }: Now<Row>,
  tools: KeyTools,
  extent: Parameters<typeof moveOf>[2],
): boolean {
  const column = columns[at.col - shift]?.column;
  const wantsMenu =
    (event.altKey && event.key === 'ArrowDown') ||
    event.key === 'ContextMenu' ||
    (event.shiftKey && event.key === 'F10');
  if (wantsMenu && column) {
    tools.setMenu(column.id);
    return true;
  }
  if (event.key === ' ' && !column) {
    const loaded = props.items.filter((it) => it.kind === 'row').map((it) => it.id);
    props.onSelectionChange?.(
      selectionOf(props.selection ?? NOTHING_SELECTED, loaded) === 'none'
        ? select(NOTHING_SELECTED, loaded, 'in')
        : NOTHING_SELECTED,
    );
    return true;
  }
  // `Enter` and Space on a name are the button's own: they sort.
  const to = moveOf(event, at, extent);
  if (!to) return false;
  tools.go(to);
  return true;
}

interface Here<Row> {
  id: string;
  row: Row;
  column: ReturnType<typeof useLayout<Row>>[number]['column'] | undefined;
}

function rowKey<Row>(event: KeyboardEvent, now: Now<Row>, tools: KeyTools, { id, row, column }: Here<Row>): boolean {
  const { at, props } = now;
  if (event.key === ' ' && props.selection) {
    tools.calls.toggleRow(at.row, event.shiftKey);
    return true;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a' && props.onSelectionChange) {
    const loaded = props.items.filter((it) => it.kind === 'row').map((it) => it.id);
    props.onSelectionChange(select(NOTHING_SELECTED, loaded, 'in'));
    return true;
  }
  const canEdit = column?.editor !== undefined;
  if (event.key === 'F2' && canEdit) {
    tools.calls.beginEdit(at);
    return true;
  }
  if (event.key === 'Enter') {
    if (canEdit && !column.enterOpens) tools.calls.beginEdit(at);
    else tools.calls.open(at.row);
    return true;
  }
  if (props.onRowKey?.(event, row)) return true;
  const sign = typedSign(event);
  if (sign === undefined || !canEdit || column.enterOpens || column.locked?.(row) !== undefined) return false;
  tools.begin(id, column.id, sign);
  return true;
}
