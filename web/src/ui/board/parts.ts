import type { BoardController } from './controller';
import type { BoardHost } from './host';
import type { Pages } from './pages';
import type { BoardStore } from './store';
import type { BoardCard } from './types';

/** What the drawn board asks of the screen around it, besides what its keys ask. */
export interface BoardScreenHost<C extends BoardCard> extends BoardHost<C> {
  /** The card in words: "Katherine Knuth, Umbrella, score 82, $4,100, owner Ada, 2 days in stage". */
  nameOf(card: C): string;
  /** What puts a lead into this column. */
  emptyText(column: string): string;
  onShowHeld(column: string): void;
  /** Whether people put the cards of this view in order by hand. */
  isOrderable(): boolean;
}

/** The parts of a board; they live as long as its screen. */
export interface BoardParts<C extends BoardCard> {
  readonly store: BoardStore<C>;
  readonly controller: BoardController<C>;
  readonly pages: Pages<C>;
  readonly host: () => BoardScreenHost<C>;
}
