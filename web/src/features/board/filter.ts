import type { BoardScope, BoardSort } from '~/api/queries/board';
import { compact, oneOf, textOf } from '~/app/address';
import { readFilter } from '~/kit/filter/address';
import { toQuery } from '~/kit/filter/condition';

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

/** What the server is asked for. */
export function scopeOf({ pipeline, view, q, f, sort }: BoardSearch): BoardScope {
  const { where } = toQuery({ root: readFilter(f ?? ''), search: '', deleted: false });
  return {
    ...(pipeline !== undefined && { pipelineId: pipeline }),
    ...(view !== undefined && { view }),
    ...(q !== undefined && { search: q }),
    ...(where !== undefined && { where }),
    ...(sort !== undefined && sort !== 'position' && { sort }),
  };
}

export const isFiltered = ({ q, f, view }: BoardSearch): boolean => q !== undefined || f !== undefined || view !== undefined;
