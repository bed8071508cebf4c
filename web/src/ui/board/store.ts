import { Column } from './column';
import { BoardState } from './state';
import type { BoardCard, CardPage, ColumnStart, Place, Sum } from './types';

/** Where a card stood before it was moved: its row, and its neighbours in case rows have shifted since. */
interface Origin {
  readonly id: string;
  readonly column: string;
  readonly index: number;
  readonly above: string | undefined;
  readonly below: string | undefined;
}

/** A move that has been made here; it can be taken back exactly. */
export interface Move<C extends BoardCard> {
  readonly ids: readonly string[];
  readonly to: Place;
  readonly origins: readonly Origin[];
  readonly before: ReadonlyMap<string, C>;
  readonly touches: readonly string[];
}

type Filling<C extends BoardCard> = Pick<CardPage<C>, 'total' | 'capped' | 'cards' | 'nextAfter'>;

interface Lifted<C extends BoardCard> {
  readonly move: Move<C>;
  readonly change: (card: C) => C;
}

/**
 * What the board shows. It knows nothing of React and nothing of the network: pages are put into it, moves are made in
 * it, and each column tells its own listeners, so that a move draws two columns anew and nothing else.
 */
export class BoardStore<C extends BoardCard> extends BoardState<C> {
  private lifted: Lifted<C> | undefined;

  // Loading

  /** Begins anew with these columns, from left to right. Listeners of columns that stay are kept. */
  start(columns: readonly ColumnStart<C>[]): void {
    this.lifted = undefined;
    this.cards.clear();
    this.where.clear();
    this.order = columns.map((it) => it.id);
    for (const id of this.columns.keys()) if (!this.order.includes(id)) this.columns.delete(id);
    for (const given of columns) {
      const column = this.columns.get(given.id) ?? new Column(given.id);
      this.columns.set(given.id, column);
      column.ids = [];
      column.held = 0;
      column.pending = 0;
      column.failed = false;
      column.epoch += 1;
      column.setSums(given.sums);
      column.below.clear();
      this.fill(column, given, 0);
    }
    for (const column of this.columns.values()) this.tell(column);
  }

  /** Puts a page into its rows. What the page does not speak of stays as it is. */
  place(id: string, page: CardPage<C>): void {
    this.withoutLift(() => {
      const column = this.at(id);
      const shift = this.shift(column, page);
      this.fill(column, page, page.row - shift);
      column.failed = false;
      this.tell(column);
    });
  }

  /** Others have changed the column: only this page is known of it now. */
  reset(id: string, page: CardPage<C>): void {
    this.withoutLift(() => {
      const column = this.at(id);
      for (const known of column.ids) if (known !== undefined) this.forget(known);
      column.ids = [];
      column.held = 0;
      column.failed = false;
      column.epoch += 1;
      column.below.clear();
      this.fill(column, page, page.row);
      this.tell(column);
    });
  }

  setSums(id: string, sums: readonly Sum[]): void {
    const column = this.at(id);
    column.setSums(sums);
    this.tell(column);
  }

  setFailed(id: string, failed: boolean): void {
    const column = this.at(id);
    if (column.failed === failed) return;
    column.failed = failed;
    this.tell(column);
  }

  // Moving

  /** Moves cards to a place, at once. The ids keep their order; unknown ones are passed over. */
  move(ids: readonly string[], to: Place, change: (card: C) => C): Move<C> {
    const move = this.displace(ids, to, change);
    this.begin(move);
    this.tellMoved(move);
    return move;
  }

  /** The server has made the move; `cards` are what it made of them. */
  confirm(move: Move<C>, cards: readonly C[] = []): void {
    this.settle(move);
    for (const card of cards) this.put(card);
    this.tellMoved(move);
  }

  /** Takes a move back that the server refused, for all of its cards or for some. */
  refuse(move: Move<C>, ids: readonly string[] = move.ids): void {
    this.settle(move);
    this.putBack(move, ids);
    this.tellMoved(move);
  }

  /** Undoes a move that was confirmed. It is a move itself, to be confirmed or refused. */
  takeBack(move: Move<C>): Move<C> {
    const ids = move.ids.filter((id) => this.where.has(id));
    const origins = ids.map((id) => this.origin(id));
    const before = new Map<string, C>();
    for (const id of ids) {
      const card = this.cards.get(id);
      if (card) before.set(id, card);
    }
    const touches = [...new Set([...move.touches, ...origins.map((it) => it.column)])];
    const back: Move<C> = { ids, to: move.to, origins, before, touches };
    this.begin(back);
    this.putBack(move, ids);
    this.tellMoved(back);
    return back;
  }

  /** A lifted card stands at its new place for its eyes only: no answer is in doubt because of it. */
  lift(ids: readonly string[], to: Place, change: (card: C) => C): void {
    this.quietly(() => this.unlift());
    this.lifted = { move: this.displace(ids, to, change), change };
    this.tellAll();
  }

  /** Puts what is lifted back to where it was. */
  unlift(): void {
    const lifted = this.lifted;
    if (!lifted) return;
    this.lifted = undefined;
    this.putBack(lifted.move, lifted.move.ids);
    this.tellAll();
  }

  // What others do

  /** A newer state of a card in its column; an older one is passed over. */
  patch(card: C): void {
    const column = this.where.get(card.id);
    const known = this.cards.get(card.id);
    if (column === undefined || !known || known.version > card.version) return;
    const { worth } = this;
    this.at(column).addWorth(worth(known), -1);
    this.at(column).addWorth(worth(card), 1);
    this.cards.set(card.id, card);
    this.tell(this.at(column));
  }

  /** Changes a card without waiting for the server. */
  change(id: string, change: (card: C) => C): void {
    const card = this.cards.get(id);
    if (card) this.patch(change(card));
  }

  /** The lead is not in this column any more. */
  remove(id: string): void {
    const column = this.columns.get(this.where.get(id) ?? '');
    const card = this.cards.get(id);
    if (!column || !card) return;
    const index = column.ids.indexOf(id);
    if (index < 0) return;
    column.removeAt(index);
    column.addWorth(this.worth(card), -1);
    column.epoch += 1;
    this.forget(id);
    this.tell(column);
  }

  /** So many leads have come in and wait above the column. */
  hold(id: string, count: number): void {
    const column = this.at(id);
    if (column.held === count) return;
    column.held = count;
    column.epoch += 1;
    this.tell(column);
  }

  // Inside

  /** By how many rows the server counts differently: leads that are held stand above what is shown here. */
  private shift(column: Column, page: CardPage<C>): number {
    const votes = new Map<number, number>();
    page.cards.forEach((card, i) => {
      if (this.where.get(card.id) !== column.id) return;
      const shift = page.row + i - column.ids.indexOf(card.id);
      votes.set(shift, (votes.get(shift) ?? 0) + 1);
    });
    let best = column.held;
    let most = 0;
    for (const [shift, n] of votes) if (n > most) [best, most] = [shift, n];
    return best;
  }

  private fill(column: Column, page: Filling<C>, start: number): void {
    column.total = Math.max(page.total - column.held, start + page.cards.length);
    column.capped = page.capped;
    // Leads that are beyond the end now stand somewhere else, or nowhere.
    for (const gone of column.ids.slice(column.total)) if (gone !== undefined) this.forget(gone);
    column.fit();
    page.cards.forEach((card, i) => {
      const index = start + i;
      if (index < 0 || index >= column.ids.length) return;
      this.seat(column, card, index);
    });
    const last = page.cards.at(-1);
    if (last && page.nextAfter !== null) column.below.set(last.id, page.nextAfter);
  }

  /** One card into one row: it stands nowhere else afterwards, and whoever sat there is asked for again. */
  private seat(column: Column, card: C, index: number): void {
    const known = this.cards.get(card.id);
    const from = this.columns.get(this.where.get(card.id) ?? '');
    if (from) {
      const old = from.ids.indexOf(card.id);
      if (from !== column && known && known.version > card.version) return;
      if (from !== column) {
        from.removeAt(old);
        from.epoch += 1;
        this.tell(from);
      } else if (old !== index && old >= 0) from.ids[old] = undefined;
    }
    const sitting = column.ids[index];
    if (sitting !== undefined && sitting !== card.id) this.forget(sitting);
    column.ids[index] = card.id;
    this.where.set(card.id, column.id);
    if (!known || known.version <= card.version) this.cards.set(card.id, card);
  }

  private displace(ids: readonly string[], to: Place, change: (card: C) => C): Move<C> {
    const known = ids.filter((id) => this.where.has(id));
    const origins = known.map((id) => this.origin(id));
    const before = new Map<string, C>();
    for (const id of known) {
      const card = this.cards.get(id);
      if (!card) continue;
      before.set(id, card);
      this.takeOut(id);
    }
    const target = this.at(to.column);
    const index = Math.max(0, Math.min(to.index, target.ids.length));
    target.insert(index, known);
    for (const [id, card] of before) this.bringIn(target, id, change(card));
    const touches = [...new Set([to.column, ...origins.map((it) => it.column)])];
    return { ids: known, to: { column: to.column, index }, origins, before, touches };
  }

  private origin(id: string): Origin {
    const column = this.at(this.where.get(id) ?? '');
    const index = column.ids.indexOf(id);
    return { id, column: column.id, index, above: column.ids[index - 1], below: column.ids[index + 1] };
  }

  private takeOut(id: string): void {
    const column = this.at(this.where.get(id) ?? '');
    const card = this.cards.get(id);
    const index = column.ids.indexOf(id);
    if (index >= 0) column.removeAt(index);
    if (card) column.addWorth(this.worth(card), -1);
  }

  private bringIn(column: Column, id: string, card: C): void {
    this.where.set(id, column.id);
    this.cards.set(id, card);
    column.addWorth(this.worth(card), 1);
  }

  /** From the top down, so that each finds its row as it was; beside its former neighbour where rows have shifted. */
  private putBack(move: Move<C>, ids: readonly string[]): void {
    const back = move.origins.filter((it) => ids.includes(it.id) && this.where.has(it.id));
    for (const { id } of back) this.takeOut(id);
    for (const origin of back.toSorted((a, b) => a.index - b.index)) {
      const column = this.columns.get(origin.column);
      const card = move.before.get(origin.id);
      if (!column || !card) continue;
      column.insert(this.formerRow(column, origin), [origin.id]);
      const now = this.cards.get(origin.id);
      this.bringIn(column, origin.id, now && now.version > card.version ? { ...now, stageId: card.stageId } : card);
    }
  }

  private formerRow(column: Column, { index, above, below }: Origin): number {
    if (column.ids[index - 1] === above) return index;
    const upper = above === undefined ? -1 : column.ids.indexOf(above);
    if (upper >= 0) return upper + 1;
    const lower = below === undefined ? -1 : column.ids.indexOf(below);
    return lower < 0 ? index : lower;
  }

  private begin(move: Move<C>): void {
    for (const column of this.touched(move)) {
      column.pending += 1;
      column.epoch += 1;
    }
  }

  private settle(move: Move<C>): void {
    for (const column of this.touched(move)) {
      column.pending = Math.max(0, column.pending - 1);
      column.epoch += 1;
    }
  }

  private touched(move: Move<C>): Column[] {
    return move.touches.map((id) => this.columns.get(id)).filter((it) => it !== undefined);
  }

  private withoutLift(work: () => void): void {
    const lifted = this.lifted;
    if (!lifted) {
      work();
      return;
    }
    this.quietly(() => this.unlift());
    work();
    const { ids, to } = lifted.move;
    this.lifted = { move: this.displace(ids, to, lifted.change), change: lifted.change };
    this.tellAll();
  }

  private tellMoved(move: Move<C>): void {
    for (const column of this.touched(move)) this.tell(column);
  }
}
