import type { BoardHost } from './host';
import type { Intent } from './keys';
import { type Lifted, Lifting } from './lifting';
import { Selection } from './selection';
import type { BoardStore } from './store';
import type { BoardCard } from './types';

interface Cursor {
  index: number;
  id: string | undefined;
}

/** The cursor, the selection and what is lifted: everything a key does, without a browser. */
export class BoardController<C extends BoardCard> {
  readonly selection = new Selection();
  private readonly lifting: Lifting<C>;
  private readonly cursors = new Map<string, Cursor>();
  private readonly listeners = new Set<() => void>();
  private readonly pageRows = new Map<string, number>();
  private active: string | undefined;
  private dragged: readonly string[] = [];
  private asksFocus = false;
  private focused = false;
  private changes = 0;

  constructor(
    readonly store: BoardStore<C>,
    private readonly host: () => BoardHost<C>,
  ) {
    this.lifting = new Lifting(this, host);
    store.subscribeAll(() => this.follow());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  version = (): number => this.changes;

  /** Changes when this column has to be drawn anew because of something else than its cards. */
  stamp(column: string): string {
    const own = this.active === column || this.lifting.up ? this.changes : this.cursorRow(column);
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
    return this.dragged.length > 0 || this.lifting.up !== undefined;
  }

  get column(): string | undefined {
    return this.active;
  }

  get lifted(): Lifted | undefined {
    return this.lifting.up;
  }

  get cursorCard(): C | undefined {
    return this.active === undefined ? undefined : this.store.cardAt(this.active, this.cursorRow(this.active));
  }

  /** The row of the column that `Tab` leads to. */
  cursorRow(column: string): number {
    return Math.max(0, Math.min(this.cursors.get(column)?.index ?? 0, this.store.rows(column) - 1));
  }

  isLifted(id: string): boolean {
    return this.lifting.up?.ids.includes(id) ?? false;
  }

  /** Ends a lift without a trace. */
  cancelLift(): void {
    this.lifting.cancel();
  }

  rowsOfPage(column: string): number {
    return this.pageRows.get(column) ?? 1;
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
    this.lifting.forget();
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
    if (this.lifting.up) return this.lifting.press(intent);
    switch (intent.kind) {
      case 'row':
        return this.step(column, this.cursorRow(column) + intent.by);
      case 'page':
        return this.step(column, this.cursorRow(column) + intent.by * this.rowsOfPage(column));
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

  private pressCard(intent: Intent): boolean {
    const card = this.cursorCard;
    if (!card) return intent.kind !== 'menu';
    const host = this.host();
    if (intent.kind === 'open') host.onOpen(card.id);
    else if (intent.kind === 'toggle') this.toggle(card.id);
    else if (intent.kind === 'lift') this.lifting.begin(card, this.taken(card.id), this.isWhole(card));
    else if (intent.kind === 'send') this.send(card, intent.by);
    else if (intent.kind === 'stage') host.onStageMenu(card.id);
    else if (intent.kind === 'menu') host.onCardMenu(card.id);
    else if (intent.kind === 'act') host.onAct(intent.act, card.id);
    return true;
  }

  private isWhole(card: C): boolean {
    return this.selection.column?.id === this.store.columnOf(card.id);
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

  /** The column to the left or to the right. */
  beside(column: string, by: 1 | -1, which: 'any' | 'unfolded'): string | undefined {
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
    if (!gone || !this.focused || this.active !== column || this.lifting.up) return;
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
