import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Me = Schema<'Me'>;

/** Who is signed in here, where, and what they may do. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => bodyOf(api.GET('/session', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});
