import type { BoardStore } from './store';
import type { BoardCard, PageFrom, PageSource } from './types';

/** Rows in a page, and how far beyond the rows in sight pages are asked for. */
export const PAGE = 50;
const AHEAD = 25;
/** While somebody scrolls, rows are asked for at most this often. */
const PAUSE_MS = 80;

interface Flight {
  readonly start: number;
  readonly end: number;
  readonly epoch: number;
  readonly abort: AbortController;
}

interface Window {
  first: number;
  last: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  again: boolean;
}

/** Asks for the rows that are in sight or soon will be, and gives up those that were scrolled past. */
export class Pages<C extends BoardCard> {
  private readonly flights = new Map<string, Map<number, Flight>>();
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly store: BoardStore<C>,
    private readonly source: PageSource<C>,
  ) {}

  /** These rows of a column are in sight. */
  want(column: string, first: number, last: number): void {
    const window = this.windows.get(column) ?? { first, last, timer: undefined, again: false };
    this.windows.set(column, window);
    window.first = first - AHEAD;
    window.last = last + AHEAD;
    if (window.timer !== undefined) {
      window.again = true;
      return;
    }
    this.ask(column);
    window.timer = setTimeout(() => {
      window.timer = undefined;
      if (!window.again) return;
      window.again = false;
      this.ask(column);
    }, PAUSE_MS);
  }

  /** The first row in sight of a column, and a few above it. */
  firstWanted(column: string): number {
    return this.windows.get(column)?.first ?? 0;
  }

  /** Asks again after a page did not arrive. */
  retry(column: string): void {
    this.store.setFailed(column, false);
    this.ask(column);
  }

  /** Resolves when the row is loaded, or when it cannot be. */
  async load(column: string, row: number): Promise<void> {
    if (!this.store.has(column) || this.store.idAt(column, row) !== undefined || row >= this.store.rows(column)) return;
    const start = Math.max(0, row - AHEAD);
    await this.fetch(column, start, { row: start });
  }

  /** Gives up whatever is on its way. */
  stop(): void {
    for (const flights of this.flights.values()) for (const flight of flights.values()) flight.abort.abort();
    for (const window of this.windows.values()) clearTimeout(window.timer);
    this.flights.clear();
    this.windows.clear();
  }

  private ask(column: string): void {
    const window = this.windows.get(column);
    if (!window || !this.store.has(column)) return;
    const flights = this.flightsOf(column);
    const rows = this.store.rows(column);
    const first = Math.max(0, window.first);
    const last = Math.min(rows - 1, window.last);
    for (const flight of flights.values()) {
      if (flight.end <= first || flight.start > last) this.drop(column, flight);
    }
    if (this.store.isPending(column) || this.store.failed(column)) return;
    for (let row = first; row <= last;) {
      const under = [...flights.values()].find((it) => it.start <= row && row < it.end);
      if (under) row = under.end;
      else if (this.store.idAt(column, row) !== undefined) row += 1;
      else row = this.begin(column, row, rows);
    }
  }

  /** Starts a page over this hole and answers the row behind it. */
  private begin(column: string, hole: number, rows: number): number {
    const after = hole > 0 ? this.store.cursorBelow(column, hole - 1) : undefined;
    if (after !== undefined) {
      void this.fetch(column, hole, { after });
      return hole + PAGE;
    }
    if (hole >= rows - PAGE && rows === this.store.total(column)) {
      void this.fetch(column, Math.max(0, rows - PAGE), { end: true });
      return rows;
    }
    const start = hole - (hole % PAGE);
    void this.fetch(column, start, { row: start });
    return start + PAGE;
  }

  private async fetch(column: string, start: number, from: PageFrom): Promise<void> {
    const abort = new AbortController();
    const flight = { start, end: start + PAGE, epoch: this.store.epoch(column), abort };
    this.flightsOf(column).set(start, flight);
    try {
      const page = await this.source(column, from, abort.signal);
      if (abort.signal.aborted || !this.store.has(column)) return;
      this.land(column, flight);
      if (this.isCurrent(column, flight)) this.store.place(column, page);
      else this.ask(column);
    } catch {
      if (abort.signal.aborted || !this.store.has(column)) return;
      this.land(column, flight);
      this.store.setFailed(column, true);
    }
  }

  /** An answer from before a change speaks of other rows than the ones here now. */
  private isCurrent(column: string, flight: Flight): boolean {
    return flight.epoch === this.store.epoch(column) && !this.store.isPending(column);
  }

  private land(column: string, flight: Flight): void {
    const flights = this.flightsOf(column);
    if (flights.get(flight.start) === flight) flights.delete(flight.start);
  }

  private drop(column: string, flight: Flight): void {
    flight.abort.abort();
    this.land(column, flight);
  }

  private flightsOf(column: string): Map<number, Flight> {
    const known = this.flights.get(column) ?? new Map<number, Flight>();
    this.flights.set(column, known);
    return known;
  }
}
