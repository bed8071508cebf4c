import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { createElement, useCallback, useMemo, useState, type ReactNode } from 'react';
import { api, bodyOf } from '~/api/client';
import {
  type Lead,
  type LeadGroup,
  LEAD_PAGE,
  type LeadListQuery,
  leadGroupsQuery,
  leadListQuery,
} from '~/api/queries/leads';
import { say } from '~/i18n';
import type { LeadFilter, Test } from '~/kit/filter/model';
import { toQuery } from '~/kit/filter/condition';
import type { Item } from '~/ui/data-table/data-table';
import { GroupHead } from './group-head';
import type { ListState } from './list-state';

export interface LeadItems {
  items: Item<Lead>[];
  /** How many leads there are; `isCapped` where there are more than were counted. */
  total: number | undefined;
  isCapped: boolean;
  isLoading: boolean;
  isStale: boolean;
  /** When what is shown was read. */
  updatedAt: number;
  error: Error | null;
  retry: () => void;
  onEnd: () => void;
}

const PLACES_AHEAD = 12;

const asItem = (row: Lead): Item<Lead> => ({ kind: 'row', id: row.id, row });
const places = (prefix: string, count: number): Item<Lead>[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'loading', id: `${prefix}…${index}` }));

/** The rows of the table: one list, or a list for each open group. */
export function useLeadItems(state: ListState): LeadItems {
  const list = useList(state.query, state.group === undefined);
  const groups = useGroups(state);
  return state.group === undefined ? list : groups;
}

function useList(query: LeadListQuery, enabled: boolean): LeadItems {
  const list = useInfiniteQuery({
    ...leadListQuery(query),
    enabled,
    placeholderData: (before) => before,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, isPlaceholderData } = list;
  const total = data?.pages.at(-1)?.total;
  const items = useMemo(() => {
    if (!data) return places('first', 8);
    // A lead that was changed while pages were fetched may come twice; the newer page has it right.
    const byId = new Map(data.pages.flatMap((page) => page.data).map((it) => [it.id, it]));
    const rows = [...byId.values()].map(asItem);
    return hasNextPage
      ? [...rows, ...places('next', Math.min(PLACES_AHEAD, Math.max(1, (total ?? 0) - rows.length)))]
      : rows;
  }, [data, hasNextPage, total]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage]);
  return {
    items: list.isError && !data ? [] : items,
    total,
    isCapped: data?.pages.at(-1)?.totalCapped ?? false,
    isLoading: list.isPending && enabled,
    isStale: isPlaceholderData,
    updatedAt: list.dataUpdatedAt,
    error: list.error,
    retry: () => void list.refetch(),
    onEnd,
  };
}

const FIELDS: Record<string, string> = { stage: 'stage', owner: 'owner', source: 'source', tag: 'tags' };

/** The test that a lead of the group fulfils. */
export function groupTest(groupBy: string, key: string | null | undefined): Test {
  const field = FIELDS[groupBy] ?? groupBy;
  if (key == null) return { field, op: 'isEmpty' };
  return groupBy === 'tag' ? { field, op: 'has', value: key } : { field, op: 'is', value: key };
}

export function narrowed(filter: LeadFilter, test: Test): LeadFilter {
  const { root } = filter;
  const members = root.mode === 'all' ? [...root.members, test] : [root, test];
  return { ...filter, root: { mode: 'all', members } };
}

const keyOf = (group: LeadGroup): string => group.key ?? '∅';

function useGroups(state: ListState): LeadItems {
  const { filter, group, query } = state;
  const by = group ?? 'stage';
  const groups = useQuery({
    ...leadGroupsQuery(toQuery(filter), by),
    enabled: group !== undefined,
    placeholderData: (before) => before,
  });
  const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map());
  const all = useMemo(() => groups.data?.groups ?? [], [groups.data]);
  const asked = useMemo(
    () =>
      all.flatMap((it) => {
        const count = pages.get(`${by}:${keyOf(it)}`) ?? 0;
        return Array.from({ length: count }, (_, index) => ({ group: it, page: index + 1 }));
      }),
    [all, pages, by],
  );
  const answers = useQueries({
    queries: asked.map(({ group: of, page }) => {
      const own: LeadListQuery = { ...query, ...toQuery(narrowed(filter, groupTest(by, of.key))) };
      return {
        queryKey: ['leads', 'grouped', own, page],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          bodyOf(api.GET('/leads', { params: { query: { ...own, page, limit: LEAD_PAGE } }, signal })),
        staleTime: 30_000,
      };
    }),
  });
  const open = useCallback(
    (key: string, count: number) => setPages((before) => new Map(before).set(`${by}:${key}`, count)),
    [by],
  );
  const items = all.flatMap((it): Item<Lead>[] => {
    const key = keyOf(it);
    const count = pages.get(`${by}:${key}`) ?? 0;
    const head = createElement(GroupHead, { group: it, by });
    const label = it.label ?? it.key ?? '';
    const item = groupItem(key, label, head, count > 0, () => open(key, count > 0 ? 0 : 1));
    if (count === 0) return [item];
    const rows = answers
      .flatMap((answer, index) => (asked[index]?.group === it ? (answer.data?.data ?? []) : []))
      .map(asItem);
    const missing = Math.min(count * LEAD_PAGE, it.count) - rows.length;
    const rest = it.count - count * LEAD_PAGE;
    const more: Item<Lead>[] = rest > 0 ? [moreItem(key, rest, () => open(key, count + 1))] : [];
    return [item].concat(rows, places(key, Math.max(0, Math.min(missing, PLACES_AHEAD))), more);
  });
  return {
    items: dedupe(items),
    total: groups.data?.groups.reduce((sum, it) => sum + it.count, 0),
    isCapped: groups.data?.capped ?? false,
    isLoading: groups.isPending && group !== undefined,
    isStale: groups.isPlaceholderData,
    updatedAt: groups.dataUpdatedAt,
    error: groups.error,
    retry: () => void groups.refetch(),
    onEnd: NEVER,
  };
}

function groupItem(key: string, label: string, content: ReactNode, isOpen: boolean, onToggle: () => void): Item<Lead> {
  return { kind: 'group', id: `group:${key}`, label, content, isOpen, onToggle };
}

function moreItem(key: string, rest: number, onPress: () => void): Item<Lead> {
  const label = say(
    { id: 'leads.group.more', defaultMessage: 'Show {next} more of {rest, plural, one {# lead} other {# leads}}' },
    { next: Math.min(rest, LEAD_PAGE), rest },
  );
  return { kind: 'more', id: `more:${key}`, label, onPress };
}

const NEVER = () => undefined;

/** A lead with two tags stands in two groups; a row is known by its id, so it is shown in the first. */
function dedupe(items: Item<Lead>[]): Item<Lead>[] {
  const seen = new Set<string>();
  return items.filter((it) => {
    if (it.kind !== 'row') return true;
    if (seen.has(it.id)) return false;
    seen.add(it.id);
    return true;
  });
}
