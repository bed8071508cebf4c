import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../client';

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/teams', { signal }))).data,
  staleTime: 5 * 60_000,
});
