import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Field = Schema<'Field'>;
export type FieldKind = Schema<'FieldKind'>;

/** The custom fields of the workspace in their order. */
export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/lead-fields', { signal }))).data,
  staleTime: 5 * 60_000,
});
