import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type View = Schema<'View'>;
export type ViewBody = Schema<'ViewBody'>;

/** Every saved view that the person sees. */
export const viewsQuery = queryOptions({
  queryKey: ['views', 'list'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/views', { signal }))).data,
  staleTime: 60_000,
});

/** How many leads each pinned view has. */
export const viewCountsQuery = queryOptions({
  queryKey: ['views', 'counts'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/views/counts', { signal }))).data,
  staleTime: 15_000,
});
