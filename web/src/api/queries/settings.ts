import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Role = Schema<'Role'>;
export type Invitation = Schema<'Invitation'>;
export type ApiKey = Schema<'ApiKey'>;
export type PermissionDescription = Schema<'PermissionDescription'>;

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/roles', { signal }))).data,
});

export const permissionsQuery = queryOptions({
  queryKey: ['permissions'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/permissions', { signal }))).data,
  staleTime: Number.POSITIVE_INFINITY,
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/invitations', { signal }))).data,
});

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api-keys', { signal }))).data,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/sessions', { signal }))).data,
});

export interface AuditFilter {
  action?: string | undefined;
  actor?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Without the names that say nothing, which the server would refuse as empty. */
function given(filter: AuditFilter): { [Name in keyof AuditFilter]?: string } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/audit', {
          params: { query: { ...given(filter), limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
  });
