/** What the board has to know of a card; everything else is the caller's. */
export interface BoardCard {
  readonly id: string;
  readonly stageId: string;
  readonly version: number;
}

export interface Sum {
  readonly currency: string;
  readonly amount: number;
}

/** A column as the board's first answer has it. */
export interface ColumnStart<C extends BoardCard> {
  readonly id: string;
  readonly total: number;
  readonly capped: boolean;
  readonly sums: readonly Sum[];
  readonly cards: readonly C[];
  /** Leads to the cards below the last one. */
  readonly nextAfter: string | null;
}

/** Cards of one column, from the row on that it names. */
export interface CardPage<C extends BoardCard> {
  readonly row: number;
  readonly total: number;
  readonly capped: boolean;
  readonly cards: readonly C[];
  readonly nextAfter: string | null;
}

/** Where a page begins: at a row, below a card, or so that it ends at the bottom. */
export type PageFrom = { readonly row: number } | { readonly after: string } | { readonly end: true };

export type PageSource<C extends BoardCard> = (
  column: string,
  from: PageFrom,
  signal: AbortSignal,
) => Promise<CardPage<C>>;

/** A place in a column, counted without the cards that are being moved there. */
export interface Place {
  readonly column: string;
  readonly index: number;
}

/** What a card is worth, for the sums above the columns. */
export type Worth<C extends BoardCard> = (card: C) => Sum | null;

/**
 * A browser clamps the height of an element; this many rows of any density stay below that in every browser, and the
 * server numbers rows no further.
 */
export const MOST_ROWS = 50_000;
