import * as v from 'valibot';
import type { BoardScope, BoardSort } from '~/api/queries/board';
import { readFilter } from '~/kit/filter/address';
import { toQuery } from '~/kit/filter/condition';

const SORTS = ['position', 'newest', 'score', 'value'] as const satisfies readonly BoardSort[];

const text = v.fallback(v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4000))), undefined);

/** What stands in the address of the board. What makes no sense is left out. */
export const boardSearchSchema = v.object({
  pipeline: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  view: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  q: text,
  f: text,
  sort: v.fallback(v.optional(v.picklist(SORTS)), undefined),
  lead: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
});

export type BoardSearch = v.InferOutput<typeof boardSearchSchema>;

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
