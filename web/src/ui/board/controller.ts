import type { CardAct, Intent } from './keys';
import { Selection } from './selection';
import type { BoardStore } from './store';
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

export interface Lifted {
  readonly ids: readonly string[];
  readonly column: string;
  readonly index: number;
  readonly from: Place;
}

interface Cursor {
  index: number;
  id: string | undefined;
}

/** The cursor, the selection and what is lifted: everything a key does, without a browser. */
export class BoardController<C extends BoardCard> {
  readonly selection = new Selection();
  private readonly cursors = new Map<string, Cursor>();
  private readonly listeners = new Set<() => void>();
  private readonly pageRows = new Map<string, number>();
  private active: string | undefined;
  private up: Lifted | undefined;
  private dragged: readonly string[] = [];
  private asksFocus = false;
  private focused = false;
  private changes = 0;

  constructor(
    readonly store: BoardStore<C>,
    private readonly host: () => BoardHost<C>,
  ) {
    store.subscribeAll(() => this.follow());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  version = (): number => this.changes;

  /** Changes when this column has to be drawn anew because of something else than its cards. */
  stamp(column: string): string {
    const own = this.active === column || this.up ? this.changes : this.cursorRow(column);
    return `${own}/${this.selection.version}/${this.dragged.length}`;
  }

  /** What the pointer drags at this moment. */
  get dragging(): readonly string[] {
    return this.dragged;
  }

  setDragging(ids: readonly string[]): void {
    this.dragged = ids;
    this.emit();
  }

  /** Somebody has cards in hand: what others do has to wait. */
  get isBusy(): boolean {
    return this.dragged.length > 0 || this.up !== undefined;
  }

  get column(): string | undefined {
    return this.active;
  }

  get lifted(): Lifted | undefined {
    return this.up;
  }

  get cursorCard(): C | undefined {
    return this.active === undefined ? undefined : this.store.cardAt(this.active, this.cursorRow(this.active));
  }

  /** The row of the column that `Tab` leads to. */
  cursorRow(column: string): number {
    return Math.max(0, Math.min(this.cursors.get(column)?.index ?? 0, this.store.rows(column) - 1));
  }

  isLifted(id: string): boolean {
    return this.up?.ids.includes(id) ?? false;
  }

  /** How many rows a page is; the view knows. */
  setPageRows(column: string, rows: number): void {
    this.pageRows.set(column, Math.max(1, rows));
  }

  /** Whether the view shall give this column's cursor the focus now. Asked once. */
  claimFocus(column: string): boolean {
    if (!this.asksFocus || column !== this.active) return false;
    this.asksFocus = false;
    return true;
  }

  /** The browser's focus has come to a row, or has left the board. */
  noteFocus(column: string, index: number): void {
    this.focused = true;
    if (this.active === column && this.cursorRow(column) === index) return;
    this.set(column, index);
    this.emit();
  }

  noteBlur(): void {
    this.focused = false;
  }

  get hasFocus(): boolean {
    return this.focused;
  }

  /** Brings the focus to the cursor: after a menu, a dialog, the drawer. */
  focusCursor(): void {
    this.active ??= this.store.columnIds.find((it) => !this.host().isFolded(it));
    this.asksFocus = this.active !== undefined;
    this.emit();
  }

  focusCard(id: string): void {
    const column = this.store.columnOf(id);
    if (column === undefined || this.host().isFolded(column)) this.focusCursor();
    else this.goTo(column, this.store.indexOf(id));
  }

  goTo(column: string, index: number): void {
    this.set(column, index);
    this.asksFocus = true;
    this.emit();
  }

  /** Other leads are about to be shown. */
  reset(): void {
    this.up = undefined;
    this.cursors.clear();
    this.selection.clear();
    this.emit();
  }

  clearSelection(): void {
    this.selection.clear();
    this.emit();
  }

  selectColumn(column: string): void {
    this.selection.selectColumn(column);
    this.saySelected();
  }

  toggle(id: string): void {
    this.selection.toggle(id, this.store.columnOf(id) ?? '');
    this.saySelected();
  }

  /** Selects from the anchor to this card, in one column. */
  selectTo(id: string): void {
    const column = this.store.columnOf(id);
    const anchor = this.selection.anchor;
    if (column === undefined) return;
    if (anchor === undefined || this.store.columnOf(anchor) !== column) {
      this.toggle(id);
      return;
    }
    const [from, to] = [this.store.indexOf(anchor), this.store.indexOf(id)].toSorted((a, b) => a - b);
    this.selection.replace(this.between(column, from ?? 0, to ?? 0));
    this.selection.anchor = anchor;
    this.saySelected();
  }

  /** What a drag or a move from this card takes along: the selection it is part of, or it alone. */
  taken(id: string): readonly string[] {
    const column = this.store.columnOf(id) ?? '';
    if (this.selection.column || !this.selection.has(id, column)) return [id];
    const order = new Map(this.store.columnIds.map((it, i) => [it, i]));
    const at = (one: string) => (order.get(this.store.columnOf(one) ?? '') ?? 0) * 100_000 + this.store.indexOf(one);
    return this.selection.list.filter((it) => this.store.card(it)).toSorted((a, b) => at(a) - at(b));
  }

  /** Does what a key asks for. Answers whether the key is used up. */
  press(intent: Intent): boolean {
    const column = this.active;
    if (column === undefined) return false;
    if (this.up) return this.pressLifted(intent, this.up);
    switch (intent.kind) {
      case 'row':
        return this.step(column, this.cursorRow(column) + intent.by);
      case 'page':
        return this.step(column, this.cursorRow(column) + intent.by * (this.pageRows.get(column) ?? 1));
      case 'edge':
        return this.step(column, intent.edge === 'top' ? 0 : this.store.rows(column) - 1);
      case 'column':
        return this.sideways(column, intent.by);
      case 'extend':
        return this.extend(column, intent.by);
      case 'all':
        this.selection.replace(this.store.loadedIds(column));
        this.saySelected();
        return true;
      case 'cancel':
        if (this.selection.isEmpty) return false;
        this.clearSelection();
        return true;
      case 'undo':
        this.host().onUndo();
        return true;
      default:
        return this.pressCard(intent);
    }
  }

  /** Ends a lift without a trace. */
  cancelLift(): void {
    const lifted = this.up;
    if (!lifted) return;
    this.up = undefined;
    this.store.unlift();
    this.host().say(this.host().speech.cancelled());
    this.goTo(lifted.from.column, lifted.from.index);
  }

  private pressCard(intent: Intent): boolean {
    const card = this.cursorCard;
    if (!card) return intent.kind !== 'menu';
    const host = this.host();
    if (intent.kind === 'open') host.onOpen(card.id);
    else if (intent.kind === 'toggle') this.toggle(card.id);
    else if (intent.kind === 'lift') this.lift(card);
    else if (intent.kind === 'send') this.send(card, intent.by);
    else if (intent.kind === 'stage') host.onStageMenu(card.id);
    else if (intent.kind === 'menu') host.onCardMenu(card.id);
    else if (intent.kind === 'act') host.onAct(intent.act, card.id);
    return true;
  }

  private pressLifted(intent: Intent, up: Lifted): boolean {
    switch (intent.kind) {
      case 'row':
        this.carry(up.column, up.index + intent.by);
        return true;
      case 'page':
        this.carry(up.column, up.index + intent.by * (this.pageRows.get(up.column) ?? 1));
        return true;
      case 'edge':
        this.carry(up.column, intent.edge === 'top' ? 0 : this.store.rows(up.column));
        return true;
      case 'column': {
        const next = this.beside(up.column, intent.by, 'unfolded');
        if (next !== undefined) this.carry(next, up.index);
        return true;
      }
      case 'drop':
        void this.drop(up);
        return true;
      case 'cancel':
        this.cancelLift();
        return true;
      default:
        return true;
    }
  }

  private lift(card: C): void {
    const host = this.host();
    if (!host.canMove()) return;
    if (this.selection.column?.id === this.store.columnOf(card.id)) {
      host.say(host.speech.liftOnlyLoaded());
      return;
    }
    const ids = this.taken(card.id);
    const from = { column: card.stageId, index: this.store.indexOf(card.id) };
    this.up = { ids, ...from, from };
    if (ids.length === 1) this.store.lift(ids, from, (it) => it);
    const cards = ids.map((id) => this.store.card(id)).filter((it) => it !== undefined);
    host.say(host.speech.lifted(cards));
    this.focusCard(card.id);
  }

  /** Carries what is lifted to a place; several go to the top of a column, and sorted views choose the row. */
  private carry(column: string, wanted: number): void {
    const up = this.up;
    const first = up && this.store.card(up.ids[0] ?? '');
    if (!up || !first) return;
    const host = this.host();
    const ranked = host.rank(first, column);
    const isFree = up.ids.length === 1 && ranked === undefined;
    const within = up.column === column ? this.store.rows(column) - up.ids.length : this.store.rows(column);
    const index = isFree ? Math.max(0, Math.min(wanted, within)) : (ranked ?? 0);
    this.up = { ...up, column, index };
    this.store.lift(up.ids, { column, index }, (card) => ({ ...card, stageId: column }));
    const total = this.store.total(column);
    host.say(isFree ? host.speech.place(column, index + 1, total) : host.speech.stageOnly(column));
    this.focusCard(first.id);
  }

  private async drop(up: Lifted): Promise<void> {
    const host = this.host();
    const place = { column: up.column, index: up.index };
    await host.ready(place);
    if (this.up !== up) return;
    const first = this.store.card(up.ids[0] ?? '');
    this.up = undefined;
    this.store.unlift();
    const isSame = place.column === up.from.column && (place.index === up.from.index || up.ids.length > 1);
    if (isSame || !first) {
      if (first) host.say(host.speech.stays(first));
      this.goTo(up.from.column, up.from.index);
      return;
    }
    host.onMove(up.ids, place);
  }

  private send(card: C, by: 1 | -1): void {
    const target = this.beside(card.stageId, by, 'any');
    const host = this.host();
    if (target === undefined || !host.canMove()) return;
    host.onMove(this.taken(card.id), { column: target, index: host.rank(card, target) ?? 0 });
  }

  private step(column: string, index: number): boolean {
    this.goTo(column, Math.max(0, Math.min(index, this.store.rows(column) - 1)));
    return true;
  }

  private sideways(column: string, by: 1 | -1): boolean {
    const next = this.beside(column, by, 'unfolded');
    if (next !== undefined) this.goTo(next, Math.min(this.cursorRow(column), Math.max(0, this.store.rows(next) - 1)));
    return true;
  }

  private extend(column: string, by: 1 | -1): boolean {
    const here = this.cursorRow(column);
    const next = Math.max(0, Math.min(here + by, this.store.rows(column) - 1));
    const anchor = this.selection.anchor;
    const start = anchor !== undefined && this.store.columnOf(anchor) === column ? this.store.indexOf(anchor) : here;
    const [from, to] = [start, next].toSorted((a, b) => a - b);
    this.selection.replace(this.between(column, from ?? here, to ?? next));
    this.selection.anchor = this.store.idAt(column, start);
    this.goTo(column, next);
    this.saySelected();
    return true;
  }

  private between(column: string, from: number, to: number): string[] {
    const rows = Array.from({ length: to - from + 1 }, (_, i) => this.store.idAt(column, from + i));
    return rows.filter((id) => id !== undefined);
  }

  private beside(column: string, by: 1 | -1, which: 'any' | 'unfolded'): string | undefined {
    const all = this.store.columnIds;
    const open = which === 'any' ? all : all.filter((it) => it === column || !this.host().isFolded(it));
    return open[open.indexOf(column) + by];
  }

  private set(column: string, index: number): void {
    this.active = column;
    this.cursors.set(column, { index, id: this.store.idAt(column, index) });
  }

  /** After the store has changed: the cursor stays with its card, or on its row when the card has left the column. */
  private follow(): void {
    for (const [column, cursor] of this.cursors) {
      if (!this.store.has(column)) {
        this.cursors.delete(column);
        if (this.active === column) this.active = undefined;
      } else if (cursor.id !== undefined && this.store.columnOf(cursor.id) === column) {
        cursor.index = this.store.indexOf(cursor.id);
      } else {
        this.fallTo(column, cursor);
      }
    }
  }

  private fallTo(column: string, cursor: Cursor): void {
    const gone = cursor.id !== undefined && this.store.columnOf(cursor.id) === undefined;
    cursor.index = this.cursorRow(column);
    cursor.id = this.store.idAt(column, cursor.index);
    if (!gone || !this.focused || this.active !== column || this.up) return;
    this.asksFocus = true;
    this.host().say(this.host().speech.removed(this.store.cardAt(column, cursor.index)));
  }

  private saySelected(): void {
    this.host().say(this.host().speech.selected(this.selection.count((column) => this.store.total(column))));
    this.emit();
  }

  private emit(): void {
    this.changes += 1;
    for (const listener of this.listeners) listener();
  }
}
