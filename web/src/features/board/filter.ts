import type { BoardScope } from '~/api/queries/board';
import { readFilter } from '~/kit/filter/address';
import { toQuery } from '~/kit/filter/condition';
import type { BoardSearch } from './address';

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
