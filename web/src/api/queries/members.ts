import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Member = Schema<'Member'>;

/** Everybody of the workspace, also those who cannot come in any more: their names stand on what they did. */
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/members', { signal }))).data,
  staleTime: 5 * 60_000,
});
