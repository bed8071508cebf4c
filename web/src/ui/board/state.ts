import { Column } from './column';
import type { BoardCard, Sum, Worth } from './types';

/** What the board shows, to be read and listened to. Each column tells its own listeners. */
export class BoardState<C extends BoardCard> {
  protected readonly columns = new Map<string, Column>();
  protected readonly cards = new Map<string, C>();
  protected readonly where = new Map<string, string>();
  protected order: readonly string[] = [];
  protected readonly listeners = new Set<() => void>();
  private silent = false;

  constructor(protected readonly worth: Worth<C>) {}

  // Reading

  get columnIds(): readonly string[] {
    return this.order;
  }

  has(column: string): boolean {
    return this.columns.has(column);
  }

  total(column: string): number {
    return this.at(column).total;
  }

  capped(column: string): boolean {
    return this.at(column).capped;
  }

  /** How many rows the column shows, loaded or not. */
  rows(column: string): number {
    return this.at(column).ids.length;
  }

  idAt(column: string, index: number): string | undefined {
    return this.at(column).ids[index];
  }

  card(id: string): C | undefined {
    return this.cards.get(id);
  }

  cardAt(column: string, index: number): C | undefined {
    const id = this.idAt(column, index);
    return id === undefined ? undefined : this.cards.get(id);
  }

  columnOf(id: string): string | undefined {
    return this.where.get(id);
  }

  /** The row of a card in its column, or -1. */
  indexOf(id: string): number {
    const column = this.where.get(id);
    return column === undefined ? -1 : this.at(column).ids.indexOf(id);
  }

  /** The ids of the rows that are loaded, from the top down. */
  loadedIds(column: string): string[] {
    return this.at(column).ids.filter((id): id is string => id !== undefined);
  }

  sums(column: string): readonly Sum[] {
    return Array.from(this.at(column).sums, ([currency, amount]) => ({ currency, amount }));
  }

  held(column: string): number {
    return this.at(column).held;
  }

  failed(column: string): boolean {
    return this.at(column).failed;
  }

  version(column: string): number {
    return this.columns.get(column)?.version ?? 0;
  }

  epoch(column: string): number {
    return this.at(column).epoch;
  }

  /** Whether an answer about this column could be from before or from after a move: nobody can tell. */
  isPending(column: string): boolean {
    return this.at(column).pending > 0;
  }

  /** What leads to the cards below this row, where the page above said so. */
  cursorBelow(column: string, index: number): string | undefined {
    const id = this.idAt(column, index);
    return id === undefined ? undefined : this.at(column).below.get(id);
  }

  subscribe(column: string, listener: () => void): () => void {
    const { listeners } = this.at(column);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Tells when any column has changed. */
  subscribeAll(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Inside

  protected at(id: string): Column {
    const column = this.columns.get(id);
    if (!column) throw new Error(`the board has no column ${id}`);
    return column;
  }

  protected forget(id: string): void {
    this.where.delete(id);
    this.cards.delete(id);
  }

  protected put(card: C): void {
    const known = this.cards.get(card.id);
    if (known && known.version > card.version) return;
    if (this.where.has(card.id)) this.cards.set(card.id, card);
  }

  protected quietly(work: () => void): void {
    const was = this.silent;
    this.silent = true;
    work();
    this.silent = was;
  }

  protected tellAll(): void {
    for (const column of this.columns.values()) this.tell(column);
  }

  protected tell(column: Column): void {
    column.version += 1;
    if (this.silent) return;
    for (const listener of column.listeners) listener();
    for (const listener of this.listeners) listener();
  }
}
