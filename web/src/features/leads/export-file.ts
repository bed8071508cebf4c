/** How the leads of a list leave as a file. */
import type { Schema } from '~/api/client';
import { downloadFile } from '~/api/download';
import type { Selection } from '~/ui/data-table/selection';
import type { ServerFilter } from '~/kit/filter/model';

export type ExportWish = Omit<Schema<'LeadExport'>, 'filter' | 'viewId'>;
export type ExportFormat = NonNullable<ExportWish['format']>;

/** More than so many signs do not fit into an address, by which the browser streams a file to the disk. */
const LONGEST_ADDRESS = 6000;
/** What does not fit into an address comes through the memory of the page. */
export const MOST_IN_MEMORY = 100_000;
/** A list of a condition holds so many values. */
const MOST_VALUES = 200;

type Condition = NonNullable<ServerFilter['where']>;

/** The filter of the list, narrowed to what is selected in it. */
export function narrowed(filter: ServerFilter, selection: Selection): ServerFilter {
  const named = [...(selection.mode === 'some' ? selection.ids : selection.except)];
  if (named.length === 0) return filter;
  if (selection.mode === 'some') {
    return { ...(filter.deleted && { deleted: true }), where: oneOf(named) };
  }
  const others: Condition = { not: oneOf(named) };
  return { ...filter, where: filter.where ? { all: [filter.where, others] } : others };
}

function oneOf(ids: readonly string[]): Condition {
  const tests: Condition[] = [];
  for (let at = 0; at < ids.length; at += MOST_VALUES) {
    tests.push({ field: 'id', op: 'in', value: ids.slice(at, at + MOST_VALUES) });
  }
  return tests.length === 1 ? (tests[0] as Condition) : { any: tests };
}

/** Where the file is fetched, or nothing where that would be too long. */
export function addressOf({ where, ...flat }: ServerFilter, wish: ExportWish): string | undefined {
  const parameters = new URLSearchParams();
  const all = { ...flat, ...(where && { where: JSON.stringify(where) }), ...wish };
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && value !== null) parameters.set(name, String(value));
  }
  const address = `/api/leads/export?${parameters}`;
  return address.length <= LONGEST_ADDRESS ? address : undefined;
}

/** Hands the file to the browser, which writes it to the disk. */
export async function takeOut(filter: ServerFilter, wish: ExportWish): Promise<void> {
  const address = addressOf(filter, wish);
  if (address !== undefined) {
    // A link of the page's own address: the session's cookie goes along, and nothing is kept in memory.
    save(address, '');
    return;
  }
  const { file, name } = await downloadFile('/leads/export', { ...wish, filter });
  const url = URL.createObjectURL(file);
  save(url, name ?? `leads.${wish.format ?? 'csv'}`);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function save(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
