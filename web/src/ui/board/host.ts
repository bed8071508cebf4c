import type { CardAct } from './keys';
import type { BoardCard, Place } from './types';

/** What the board says aloud. Short, and in the present. */
export interface Speech<C extends BoardCard> {
  lifted(cards: readonly C[]): string;
  place(column: string, position: number, total: number): string;
  stageOnly(column: string): string;
  cancelled(): string;
  stays(card: C): string;
  selected(count: number): string;
  removed(next: C | undefined): string;
  liftOnlyLoaded(): string;
}

/** What the board asks of the screen around it. */
export interface BoardHost<C extends BoardCard> {
  readonly speech: Speech<C>;
  say(text: string): void;
  /** Cards go to a place, and the cursor with them; for several the place is the top of the column. */
  onMove(ids: readonly string[], to: Place): void;
  onOpen(id: string): void;
  onStageMenu(id: string): void;
  onCardMenu(id: string): void;
  onAct(act: CardAct, id: string): void;
  onUndo(): void;
  canMove(): boolean;
  /** Whether the column is folded to its name: keys pass it by. */
  isFolded(column: string): boolean;
  /** The row where a sorted view would show the card; undefined where people put cards by hand. */
  rank(card: C, column: string): number | undefined;
  /** Resolves when the neighbours of the place are known. */
  ready(place: Place): Promise<void>;
}
