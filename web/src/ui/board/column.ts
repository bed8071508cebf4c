import { MOST_ROWS, type Sum } from './types';

/** The ids of a column from the top down, with holes where pages have not been loaded. */
export class Column {
  ids: (string | undefined)[] = [];
  total = 0;
  capped = false;
  readonly sums = new Map<string, number>();
  /** Counts what a reader can see change. */
  version = 0;
  /** Counts changes after which the rows of an older answer are not these rows any more. */
  epoch = 0;
  /** Moves from or to this column that the server has not answered yet. */
  pending = 0;
  /** Leads that have come in and are not shown yet. */
  held = 0;
  /** The last page did not arrive. */
  failed = false;
  /** By the id of a card: what leads to the cards below it. */
  readonly below = new Map<string, string>();
  readonly listeners = new Set<() => void>();

  constructor(readonly id: string) {}

  /** The rows that are shown: a column ends at the limit, however many leads it has. */
  fit(): void {
    this.ids.length = Math.min(this.total, MOST_ROWS);
  }

  insert(index: number, ids: readonly string[]): void {
    const at = Math.max(0, Math.min(index, this.ids.length));
    this.ids.splice(at, 0, ...ids);
    this.total += ids.length;
    this.fit();
  }

  removeAt(index: number): void {
    if (index < 0) return;
    this.ids.splice(index, 1);
    this.total = Math.max(0, this.total - 1);
    this.fit();
  }

  addWorth(worth: Sum | null, sign: 1 | -1): void {
    if (!worth) return;
    const cents = Math.round((this.sums.get(worth.currency) ?? 0) * 100) + sign * Math.round(worth.amount * 100);
    if (cents === 0) this.sums.delete(worth.currency);
    else this.sums.set(worth.currency, cents / 100);
  }

  setSums(sums: readonly Sum[]): void {
    this.sums.clear();
    for (const { currency, amount } of sums) this.sums.set(currency, amount);
  }
}
