/**
 * Which rows are chosen: some by their ids, or all of the list but some. The second never names the rows, so
 * it is sent to the server as a filter with exclusions however many there are.
 */
export type Selection =
  | { readonly mode: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly mode: 'all'; readonly except: ReadonlySet<string> };

export const NOTHING_SELECTED: Selection = { mode: 'some', ids: new Set() };
export const ALL_SELECTED: Selection = { mode: 'all', except: new Set() };

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.mode === 'some' ? selection.ids.has(id) : !selection.except.has(id);

/** How many rows are chosen, of a list of `total`. */
export const countSelected = (selection: Selection, total: number): number =>
  selection.mode === 'some' ? selection.ids.size : Math.max(0, total - selection.except.size);

export function select(selection: Selection, ids: readonly string[], want: 'in' | 'out'): Selection {
  const isList = selection.mode === 'some';
  const named = new Set(isList ? selection.ids : selection.except);
  const isNamed = (want === 'in') === isList;
  for (const id of ids) {
    if (isNamed) named.add(id);
    else named.delete(id);
  }
  return isList ? { mode: 'some', ids: named } : { mode: 'all', except: named };
}

export const toggle = (selection: Selection, id: string): Selection =>
  select(selection, [id], isSelected(selection, id) ? 'out' : 'in');

/** What the box in the head shows for the rows that are there. */
export function selectionOf(selection: Selection, loaded: readonly string[]): 'none' | 'some' | 'all' {
  const count = loaded.filter((id) => isSelected(selection, id)).length;
  if (count === 0) return selection.mode === 'all' && loaded.length === 0 ? 'all' : 'none';
  return count === loaded.length ? 'all' : 'some';
}
