/**
 * Which cards are selected: those named, or a whole column with exceptions, of which most cards may not be loaded.
 */
export class Selection {
  /** Counts changes. */
  version = 0;
  private ids = new Set<string>();
  /** Where `Shift` extends from. */
  anchor: string | undefined;
  private whole: { readonly column: string; readonly except: Set<string> } | undefined;

  has(id: string, column: string): boolean {
    if (this.whole?.column === column) return !this.whole.except.has(id);
    return this.ids.has(id);
  }

  /** The column that is selected as a whole, and the cards that are left out. */
  get column(): { readonly id: string; readonly except: readonly string[] } | undefined {
    return this.whole && { id: this.whole.column, except: [...this.whole.except] };
  }

  get list(): readonly string[] {
    return [...this.ids];
  }

  /** How many are selected, where a whole column has `total` cards. */
  count(total: (column: string) => number): number {
    return this.whole ? total(this.whole.column) - this.whole.except.size : this.ids.size;
  }

  get isEmpty(): boolean {
    return this.ids.size === 0 && !this.whole;
  }

  toggle(id: string, column: string): void {
    this.version += 1;
    this.anchor = id;
    if (this.whole?.column === column) {
      if (!this.whole.except.delete(id)) this.whole.except.add(id);
      return;
    }
    this.whole = undefined;
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  replace(ids: readonly string[]): void {
    this.version += 1;
    this.whole = undefined;
    this.ids = new Set(ids);
  }

  selectColumn(column: string): void {
    this.version += 1;
    this.ids.clear();
    this.whole = { column, except: new Set() };
  }

  drop(id: string): void {
    this.version += 1;
    this.ids.delete(id);
  }

  clear(): void {
    this.version += 1;
    this.ids.clear();
    this.whole = undefined;
    this.anchor = undefined;
  }
}
