import type { BoardSort } from '~/api/queries/board';
import { compact, oneOf, textOf } from '~/app/address';

const SORTS = ['position', 'newest', 'score', 'value'] as const satisfies readonly BoardSort[];
const DENSITIES = ['compact', 'comfortable'] as const;
const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface BoardSearch {
  pipeline?: string | undefined;
  /** A saved view. */
  view?: string | undefined;
  /** Searched text. */
  q?: string | undefined;
  /** The filter as `kit/filter/address` writes it. */
  f?: string | undefined;
  sort?: BoardSort | undefined;
  density?: (typeof DENSITIES)[number] | undefined;
  /** The lead that is open beside the board. */
  lead?: string | undefined;
  /** What is open above it: `new`, or `new:` and a stage. */
  dialog?: string | undefined;
}

/** What stands in the address of the board. What makes no sense is left out. */
export function boardSearch(raw: Record<string, unknown>): BoardSearch {
  return compact<BoardSearch>({
    pipeline: idOf(raw['pipeline']),
    view: idOf(raw['view']),
    q: textOf(raw['q']),
    f: textOf(raw['f']),
    sort: oneOf(raw['sort'], SORTS),
    density: oneOf(raw['density'], DENSITIES),
    lead: idOf(raw['lead']),
    dialog: textOf(raw['dialog']),
  });
}

const idOf = (value: unknown): string | undefined => (typeof value === 'string' && ID.test(value) ? value : undefined);

export const isFiltered = ({ q, f, view }: BoardSearch): boolean => q !== undefined || f !== undefined || view !== undefined;
