import { type InfiniteData, type QueryClient, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';
import { type Brief, rememberedBrief } from './brief';

export type Lead = Schema<'Lead'>;
export type LeadDetail = Schema<'LeadDetail'>;
export type Activity = Schema<'Activity'>;
export type Note = Schema<'Note'>;
export type LeadPage = Schema<'Page_Lead'>;
export type LeadGroup = Schema<'LeadGroup'>;

/** Which leads a list holds and in which order; what is left out is left to the server. */
export interface LeadListQuery {
  where?: string;
  search?: string;
  deleted?: boolean;
  sortBy?: string;
  sortOrder?: 'asc' | 'desc';
}

export const LEAD_PAGE = 100;

/** Leads page by page; each page names the cursor of the next. */
export function leadListQuery(query: LeadListQuery) {
  return infiniteQueryOptions({
    queryKey: ['leads', 'list', query] as const,
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/leads', {
          params: { query: { ...query, limit: LEAD_PAGE, ...(pageParam !== '' && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 30_000,
  });
}

/** How many leads a filter has, without any of them. */
export function leadCountQuery(query: LeadListQuery) {
  return queryOptions({
    queryKey: ['leads', 'count', query] as const,
    queryFn: async ({ signal }) => {
      const page = await bodyOf(api.GET('/leads', { params: { query: { ...query, limit: 1 } }, signal }));
      return { total: page.total, capped: page.totalCapped ?? false };
    },
    staleTime: 30_000,
  });
}

export function leadGroupsQuery(query: Omit<LeadListQuery, 'sortBy' | 'sortOrder'>, groupBy: string) {
  return queryOptions({
    queryKey: ['leads', 'groups', query, groupBy] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/leads/groups', { params: { query: { ...query, groupBy } }, signal })),
    staleTime: 30_000,
  });
}

/** A lead with its notes and the newest of its timeline. */
export function leadQuery(id: string) {
  return queryOptions({
    queryKey: ['leads', 'one', id] as const,
    queryFn: ({ signal }) => fetchLead(id, signal),
    staleTime: 30_000,
  });
}

/** A lead in the trash is found only where one asks for the trash, and links lead there too. */
async function fetchLead(id: string, signal: AbortSignal): Promise<LeadDetail> {
  try {
    return await bodyOf(api.GET('/leads/{id}', { params: { path: { id } }, signal }));
  } catch (thrown) {
    if (!(thrown instanceof Error) || (thrown as { status?: number }).status !== 404) throw thrown;
    return bodyOf(api.GET('/leads/{id}', { params: { path: { id }, query: { deleted: true } }, signal }));
  }
}

/** The timeline from the newest on. */
export function activitiesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['leads', 'activities', id] as const,
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/leads/{id}/activities', {
          params: { path: { id }, query: { limit: 50, ...(pageParam !== '' && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function fieldHistoryQuery(id: string, field: string) {
  return queryOptions({
    queryKey: ['leads', 'history', id, field] as const,
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET('/leads/{id}/history', { params: { path: { id }, query: { field, limit: 50 } }, signal })))
        .data,
  });
}

export function briefOf(cache: QueryClient, id: string): Brief | undefined {
  const [, found] = listed(cache, id)[0] ?? [];
  return found ?? rememberedBrief(cache, id);
}

type Pages = InfiniteData<LeadPage, string>;

function listed(cache: QueryClient, id: string): [readonly unknown[], Lead][] {
  const found: [readonly unknown[], Lead][] = [];
  for (const [key, data] of cache.getQueriesData<Pages>({ queryKey: ['leads', 'list'] })) {
    const lead = data?.pages.flatMap((page) => page.data).find((it) => it.id === id);
    if (lead) found.push([key, lead]);
  }
  return found;
}

function mapListed(cache: QueryClient, id: string, change: (lead: Lead) => Lead): void {
  cache.setQueriesData<Pages>({ queryKey: ['leads', 'list'] }, (data) => {
    if (!data?.pages.some((page) => page.data.some((it) => it.id === id))) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      data: page.data.map((it) => (it.id === id ? change(it) : it)),
    }));
    return { ...data, pages };
  });
}

/** Changes a lead wherever it is shown; the answer puts back what was there. */
export function patchLead(cache: QueryClient, id: string, patch: Partial<Lead>): () => void {
  const before = cache.getQueryData<LeadDetail>(leadQuery(id).queryKey) ?? briefOf(cache, id);
  const former = before && pick(before, Object.keys(patch) as (keyof Lead)[]);
  spread(cache, id, (lead) => ({ ...lead, ...patch }));
  return () => {
    if (former) spread(cache, id, (lead) => ({ ...lead, ...former }));
  };
}

/** Takes in a lead as the server has it now. An answer older than what is shown is left alone. */
export function settleLead(cache: QueryClient, lead: Lead): void {
  spread(cache, lead.id, (known) => (lead.version >= known.version ? { ...known, ...lead } : known));
}

function spread(cache: QueryClient, id: string, change: <Known extends Lead>(lead: Known) => Known): void {
  mapListed(cache, id, change);
  cache.setQueryData<LeadDetail>(leadQuery(id).queryKey, (lead) => lead && change(lead));
}

function pick(lead: Brief, keys: (keyof Lead)[]): Partial<Lead> {
  return Object.fromEntries(keys.map((key) => [key, lead[key]])) as Partial<Lead>;
}

/** The lists, counts and groups are read afresh where they are shown. */
export function refreshLists(cache: QueryClient): void {
  for (const kind of ['list', 'grouped', 'count', 'groups'])
    void cache.invalidateQueries({ queryKey: ['leads', kind] });
  void cache.invalidateQueries({ queryKey: ['views', 'counts'] });
  void cache.invalidateQueries({ queryKey: ['pipelines'] });
}

/** Everything about one lead is read afresh. */
export function refreshLead(cache: QueryClient, id: string): void {
  for (const kind of ['one', 'activities', 'history']) void cache.invalidateQueries({ queryKey: ['leads', kind, id] });
}

/** The values of custom fields by their keys. */
export function customValues({ customFields }: Pick<Lead, 'customFields'>): Record<string, unknown> {
  const { _displayNames, ...values } = customFields;
  return values;
}

/** The names under which values came in that have no definition. */
export function displayNames({ customFields }: Pick<Lead, 'customFields'>): Record<string, string> {
  return (customFields['_displayNames'] ?? {}) as Record<string, string>;
}
