import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type DuplicateGroup = Schema<'DuplicateGroup'>;
export type DuplicateGroupDetail = Schema<'DuplicateGroupDetail'>;
export type DuplicateState = 'open' | 'separate' | 'dismissed';

/** Groups of leads that may be one person, the surest first. */
export function duplicatesQuery(state: DuplicateState, minConfidence: number) {
  return infiniteQueryOptions({
    queryKey: ['duplicates', 'list', state, minConfidence] as const,
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/duplicates', {
          params: { query: { state, minConfidence, limit: 30, ...(pageParam !== '' && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function duplicateQuery(id: string) {
  return queryOptions({
    queryKey: ['duplicates', 'one', id] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/duplicates/{id}', { params: { path: { id } }, signal })),
  });
}
