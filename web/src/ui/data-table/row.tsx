import { ChevronRight } from 'lucide-react';
import { memo, type CSSProperties } from 'react';
import { useText } from '~/i18n';
import { cx } from '../cx';
import { Skeleton } from '../skeleton';
import { CheckBox } from './check-box';
import { CHECK_WIDTH, type LaidOut } from './layout';
import type { EditState, Item, Refused, RowCalls } from './types';

export interface RowProps<Row> {
  item: Item<Row>;
  index: number;
  top: number;
  height: number;
  columns: readonly LaidOut<Row>[];
  /** Which of the columns that are not fixed are drawn, and what stands before and behind them. */
  window: ColumnWindow;
  rowName: (row: Row) => string;
  /** Nothing where rows cannot be chosen. */
  isSelected: boolean | undefined;
  isOpen: boolean;
  /** The column of the cursor, where it is in this row. */
  cursor: number | undefined;
  edit: EditState | undefined;
  refused: ReadonlyMap<string, Refused> | undefined;
  calls: RowCalls;
}

export interface ColumnWindow {
  from: number;
  to: number;
  before: number;
  after: number;
}

/** The columns that are drawn: the fixed ones, those in the window, and that of the cursor. */
export function isDrawn<Row>(columns: readonly LaidOut<Row>[], { from, to }: ColumnWindow, col: number): boolean {
  return columns[col]?.isPinned === true || (col >= from && col <= to);
}

const offset = (isSelectable: boolean) => (isSelectable ? 1 : 0);

function RowView<Row>(props: RowProps<Row>) {
  const { item, index, top, height, isSelected, isOpen } = props;
  const style: CSSProperties = { transform: `translateY(${top}px)`, height };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(isSelected !== undefined && item.kind === 'row' && { 'aria-selected': isSelected })}
      data-index={index}
      className={cx(
        'group/row absolute start-0 top-0 flex min-w-full border-b border-line',
        // What is said under a cell stands above the rows below it.
        (props.edit || props.refused) && 'z-5',
        item.kind === 'row' && (isSelected ? 'bg-accent-soft' : isOpen ? 'bg-hover' : 'bg-surface hover:bg-hover'),
        item.kind === 'group' && 'bg-sunken',
        item.kind === 'loading' && 'bg-surface',
      )}
      style={style}
    >
      {item.kind === 'group' ? (
        <GroupCells {...props} item={item} />
      ) : item.kind === 'more' ? (
        <MoreCell {...props} item={item} />
      ) : (
        <Cells {...props} />
      )}
    </div>
  );
}

function GroupCells<Row>({
  item,
  index,
  cursor,
  columns,
  isSelected,
  calls,
}: RowProps<Row> & { item: Extract<Item<Row>, { kind: 'group' }> }) {
  const text = useText();
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      aria-colspan={columns.length + offset(isSelected !== undefined)}
      aria-expanded={item.isOpen}
      aria-label={item.label}
      tabIndex={cursor === undefined ? -1 : 0}
      data-cell={`${index}:0`}
      onPointerDown={() => calls.focusRow(index)}
      onFocus={() => calls.focusRow(index)}
      onClick={item.onToggle}
      onKeyDown={() => undefined}
      title={
        item.isOpen
          ? text({ id: 'table.group.close', defaultMessage: 'Close the group' })
          : text({ id: 'table.group.open', defaultMessage: 'Open the group' })
      }
      className="sticky start-0 flex w-max items-center gap-2 px-3 font-medium -outline-offset-2"
    >
      <ChevronRight
        size={15}
        className={cx('shrink-0 text-muted transition-transform', item.isOpen ? 'rotate-90' : 'rtl:-scale-x-100')}
      />
      {item.content}
    </div>
  );
}

function MoreCell<Row>({
  item,
  index,
  cursor,
  columns,
  isSelected,
  calls,
}: RowProps<Row> & { item: Extract<Item<Row>, { kind: 'more' }> }) {
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      aria-colspan={columns.length + offset(isSelected !== undefined)}
      className="flex bg-surface"
    >
      <button
        type="button"
        tabIndex={cursor === undefined ? -1 : 0}
        data-cell={`${index}:0`}
        onFocus={() => calls.focusRow(index)}
        onClick={item.onPress}
        className="sticky start-0 px-3 font-medium text-accent-ink underline-offset-2 -outline-offset-2 hover:underline"
      >
        {item.label}
      </button>
    </div>
  );
}

function Cells<Row>(props: RowProps<Row>) {
  const { item, index, columns, window, rowName, isSelected, cursor, calls } = props;
  const text = useText();
  const isSelectable = isSelected !== undefined;
  const shift = offset(isSelectable);
  const pinned = columns.filter((it) => it.isPinned).length;
  const drawn = columns.map((_, col) => col).filter((col) => isDrawn(columns, window, col));
  return (
    <>
      {isSelectable && (
        <div
          role="gridcell"
          aria-colindex={1}
          tabIndex={cursor === 0 ? 0 : -1}
          data-cell={`${index}:0`}
          onPointerDown={() => calls.focusCell({ row: index, col: 0 })}
          onFocus={() => calls.focusCell({ row: index, col: 0 })}
          style={{ width: CHECK_WIDTH }}
          className="sticky start-0 z-1 grid shrink-0 place-items-center bg-inherit -outline-offset-2"
        >
          {item.kind === 'row' && (
            <CheckBox
              label={text({ id: 'table.select', defaultMessage: 'Select {name}' }, { name: rowName(item.row) })}
              state={isSelected ? 'all' : 'none'}
              onPress={(isRange) => calls.toggleRow(index, isRange)}
            />
          )}
        </div>
      )}
      {drawn.map((col) => (
        <Cell
          key={columns[col]?.column.id}
          {...props}
          col={col}
          shift={shift}
          before={col === Math.max(window.from, pinned) ? window.before : 0}
        />
      ))}
      {window.after > 0 && <div aria-hidden="true" className="shrink-0" style={{ width: window.after }} />}
    </>
  );
}

interface CellProps<Row> extends RowProps<Row> {
  col: number;
  shift: number;
  before: number;
}

function Cell<Row>(props: CellProps<Row>) {
  const { item, index, columns, col, shift, before, cursor, edit, refused, calls } = props;
  const { column, isPinned } = columns[col] as LaidOut<Row>;
  const at = { row: index, col: col + shift };
  const problem = refused?.get(column.id);
  const isEditing = item.kind === 'row' && edit?.column === column.id;
  return (
    <>
      {before > 0 && <div aria-hidden="true" className="shrink-0" style={{ width: before }} />}
      <div
        role="gridcell"
        aria-colindex={at.col + 1}
        tabIndex={cursor === at.col ? 0 : -1}
        data-cell={`${at.row}:${at.col}`}
        {...(item.kind === 'row' &&
          (!column.editor || column.locked?.(item.row) !== undefined) && { 'aria-readonly': true })}
        {...(problem && { 'aria-invalid': true })}
        onPointerDown={() => calls.focusCell(at)}
        // However the focus came here, the keys go on from here.
        onFocus={() => calls.focusCell(at)}
        onDoubleClick={() => calls.beginEdit(at)}
        style={{ width: `var(--w-${col})`, insetInlineStart: isPinned ? shift * CHECK_WIDTH : undefined }}
        className={cx(
          'relative flex shrink-0 items-center -outline-offset-2',
          isPinned && 'sticky z-1 border-e border-line bg-inherit',
          isEditing && 'z-10',
          problem && 'outline-2 outline-danger',
        )}
      >
        <div
          className={cx(
            'flex min-w-0 flex-1 items-center gap-1.5 truncate px-2',
            column.align === 'end' && 'justify-end',
          )}
        >
          {item.kind === 'row' ? column.cell(item.row) : <Skeleton className={col === 0 ? 'w-3/5' : 'w-2/5'} />}
        </div>
        {isEditing &&
          column.editor?.({
            row: item.row,
            label: column.label,
            typed: edit.typed,
            refused: problem,
            commit: (value, after) => calls.commit(at, value, after),
            cancel: calls.cancel,
          })}
        {problem && !isEditing && (
          <span className="absolute start-0 top-full z-20 w-max max-w-72 rounded-b-md bg-danger-soft px-2 py-1 text-small whitespace-normal text-red-text shadow-popover">
            {problem.error}
          </span>
        )}
      </div>
    </>
  );
}

/** A row; drawn anew only when something of it changed. */
export const GridRow = memo(RowView) as typeof RowView;
