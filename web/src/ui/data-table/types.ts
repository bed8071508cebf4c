import type { ReactNode } from 'react';
import type { MenuEntries } from '../menu';
import type { Selection } from './selection';

/** Where the cursor goes after an edit. */
export type After = 'stay' | 'down' | 'next' | 'previous';

export interface EditorProps<Row> {
  row: Row;
  label: string;
  /** What was typed to begin with; it takes the place of the value. */
  typed: string | undefined;
  /** What the server refused; it is to be mended, not to be typed again. */
  refused: { value: unknown; error: string } | undefined;
  commit: (value: unknown, after: After) => void;
  cancel: () => void;
}

export interface Column<Row> {
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** In pixels, when nobody chose another width. */
  width: number;
  align?: 'start' | 'end';
  /** The name by which the list is sorted; without it the column sorts nothing. */
  sort?: string;
  /** Stands fixed at the beginning and cannot be hidden or moved. */
  isPinned?: boolean;
  /** `Enter` opens the record instead of editing the cell; typing and `F2` still edit. */
  enterOpens?: boolean;
  editor?: (props: EditorProps<Row>) => ReactNode;
  /** Why this cell of the row cannot be edited. */
  locked?: (row: Row) => string | undefined;
}

/** A visible column, as views keep it. */
export interface ColumnPlace {
  id: string;
  width?: number;
}

export interface SortState {
  by: string;
  descending: boolean;
}

export type Item<Row> =
  | { kind: 'row'; id: string; row: Row }
  | { kind: 'group'; id: string; label: string; content: ReactNode; isOpen: boolean; onToggle: () => void }
  | { kind: 'more'; id: string; label: string; onPress: () => void }
  /** Holds the place of a row that is on its way. */
  | { kind: 'loading'; id: string };

export type Density = 'compact' | 'comfortable' | 'touch';

export interface DataTableProps<Row> {
  /** The name of the grid. */
  label: string;
  columns: readonly Column<Row>[];
  places: readonly ColumnPlace[];
  onPlacesChange: (places: ColumnPlace[]) => void;
  items: readonly Item<Row>[];
  /** How many rows there are altogether; nothing where nobody counted. */
  total: number | undefined;
  rowName: (row: Row) => string;
  /** The last of the items came into sight. */
  onEnd?: () => void;
  sort?: SortState | undefined;
  onSortChange?: (sort: SortState) => void;
  selection?: Selection;
  onSelectionChange?: (selection: Selection) => void;
  onOpen?: (row: Row) => void;
  /** The row that is shown beside the table. */
  openId?: string | undefined;
  /** Saves a cell. Answers what is wrong, or nothing. */
  onEdit?: (row: Row, column: string, value: unknown) => Promise<string | undefined>;
  /** Further entries of a column's menu, such as grouping. */
  columnMenu?: (column: Column<Row>) => MenuEntries;
  /** Keys the table does not know, with the row of the cursor. Answer true where they were used. */
  onRowKey?: (event: React.KeyboardEvent, row: Row) => boolean;
  density?: Density;
  isLoading?: boolean;
  /** What stands in place of rows where there are none. */
  empty?: ReactNode;
  /** The rows of an earlier question are still shown. */
  isStale?: boolean;
}

/** A cell: the index of the item, -1 for the head, and that of the column. */
export interface Cursor {
  row: number;
  col: number;
}

/** What a row calls; the same functions for the life of the table. */
export interface RowCalls {
  focusCell: (cursor: Cursor) => void;
  /** For a row that is one cell: the column stays that which one came from. */
  focusRow: (row: number) => void;
  toggleRow: (index: number, isRange: boolean) => void;
  beginEdit: (cursor: Cursor) => void;
  commit: (cursor: Cursor, value: unknown, after: After) => void;
  cancel: () => void;
  open: (index: number) => void;
}

export interface EditState {
  id: string;
  column: string;
  typed: string | undefined;
}

export interface Refused {
  value: unknown;
  error: string;
}
