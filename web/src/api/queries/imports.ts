import { type QueryClient, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Import = Schema<'Import'>;
export type ImportState = Schema<'ImportState'>;
export type ImportPlan = Schema<'ImportPlan'>;
export type ImportColumn = Schema<'ImportColumn'>;
export type ImportConstant = Schema<'ImportConstant'>;
export type ImportChange = Schema<'ImportChange'>;
export type ImportChecked = Schema<'ImportChecked'>;
export type ImportReport = Schema<'ImportReport'>;
export type ImportProblem = Schema<'ImportProblem'>;
export type ImportProblemKind = Schema<'ImportProblemKind'>;
export type ImportCorrection = Schema<'ImportCorrection'>;
export type ImportTransform = Schema<'ImportTransform'>;
export type ImportField = Schema<'Page_ImportField'>['data'][number];
export type DetectedColumn = Schema<'ImportDetectedColumn'>;

const importsKey = ['imports'] as const;

/** The imports of those one sees, newest first. */
export const importsQuery = infiniteQueryOptions({
  queryKey: [...importsKey, 'list'] as const,
  queryFn: ({ pageParam, signal }) =>
    bodyOf(api.GET('/imports', { params: { query: { limit: 30, ...(pageParam !== '' && { cursor: pageParam }) } }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: [...importsKey, 'one', id] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/imports/{id}', { params: { path: { id } }, signal })),
  });

/** Where columns can go in this workspace. */
export const importFieldsQuery = queryOptions({
  queryKey: [...importsKey, 'fields'] as const,
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/import-fields', { signal }))).data,
});

export const importMappingsQuery = queryOptions({
  queryKey: [...importsKey, 'mappings'] as const,
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/import-mappings', { signal }))).data,
});

export const importProblemsQuery = (id: string, kind: ImportProblemKind | undefined) =>
  infiniteQueryOptions({
    queryKey: [...importsKey, 'problems', id, kind ?? ''] as const,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 100, ...(kind && { kind }), ...(pageParam !== '' && { cursor: pageParam }) };
      return bodyOf(api.GET('/imports/{id}/problems', { params: { path: { id }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const importCorrectionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...importsKey, 'corrections', id] as const,
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET('/imports/{id}/corrections', { params: { path: { id } }, signal }))).data,
  });

/** The leads that a change set is about, with what undoing it would come to for each. */
export const changedLeadsQuery = (changeSet: string) =>
  infiniteQueryOptions({
    queryKey: ['change-sets', 'leads', changeSet] as const,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 20, ...(pageParam !== '' && { cursor: pageParam }) };
      return bodyOf(api.GET('/change-sets/{id}/leads', { params: { path: { id: changeSet }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
  });

/** What a change set did, and what taking it back would do. */
export const changeSetQuery = (changeSet: string) =>
  queryOptions({
    queryKey: ['change-sets', 'one', changeSet] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/change-sets/{id}', { params: { path: { id: changeSet } }, signal })),
    staleTime: 0,
  });

/** Takes in what the server answered for an import, and marks the list that shows it. */
export function settleImport(cache: QueryClient, known: Import): void {
  cache.setQueryData(importQuery(known.id).queryKey, known);
  void cache.invalidateQueries({ queryKey: importsQuery.queryKey });
}

/** What was found out by a check that was outdated since. */
export const forgetProblems = (cache: QueryClient, id: string): Promise<void> =>
  cache.invalidateQueries({ queryKey: [...importsKey, 'problems', id] });
