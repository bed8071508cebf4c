/** What the address of a list of leads says: the same for the table and the board. */
import { compact, oneOf, textOf } from '~/app/address';

export const DENSITIES = ['compact', 'comfortable', 'touch'] as const;

export interface LeadSearch {
  /** A saved view; `all` for none where one is shown first. */
  view?: string | undefined;
  /** Searched text. */
  q?: string | undefined;
  /** The filter as `kit/filter/address` writes it; empty for none where the view has one. */
  f?: string | undefined;
  /** `score`, or `-score` for the greatest first. */
  sort?: string | undefined;
  group?: string | undefined;
  /** `name.240,stage,owner` */
  cols?: string | undefined;
  density?: (typeof DENSITIES)[number] | undefined;
  trash?: boolean | undefined;
  /** The lead that is open beside the list. */
  lead?: string | undefined;
  /** What is open above it: `new`, `export`, `view`. */
  dialog?: string | undefined;
}

export function leadSearch(raw: Record<string, unknown>): LeadSearch {
  return compact<LeadSearch>({
    view: textOf(raw['view']),
    q: textOf(raw['q']),
    // Empty means "no filter, though the view has one", which is not the same as none said.
    f: raw['f'] === '' ? '' : textOf(raw['f']),
    sort: textOf(raw['sort']),
    group: textOf(raw['group']),
    cols: textOf(raw['cols']),
    density: oneOf(raw['density'], DENSITIES),
    trash: raw['trash'] === true || undefined,
    lead: textOf(raw['lead']),
    dialog: textOf(raw['dialog']),
  });
}
