import { queryOptions } from '@tanstack/react-query';
import type { Schema } from '../client';

export type Me = Schema<'Me'>;

/** Who is signed in here, where, and what they may do. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  // The page has brought it along, as a rule.
  queryFn: async ({ signal }) => {
    const { api, bodyOf } = await import('../client');
    return bodyOf(api.GET('/session', { signal }));
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});
