import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Pipeline = Schema<'Pipeline'>;
export type Stage = Schema<'Stage'>;

/** All pipelines with their stages, and how many leads stand in each. */
export const pipelinesQuery = queryOptions({
  queryKey: ['pipelines'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/lead-pipelines', { signal }))).data,
  staleTime: 60_000,
});
