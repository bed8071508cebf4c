import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import type { LeadListQuery } from '~/api/queries/leads';
import { type View, viewsQuery } from '~/api/queries/views';
import { rememberScreen } from '~/app/preference-changes';
import { useSession } from '~/app/session';
import { readFilter, writeFilter } from '~/kit/filter/address';
import { toQuery, toServerFilter } from '~/kit/filter/condition';
import { fromServerFilter } from '~/kit/filter/saved';
import { type LeadFilter, type ServerFilter, EVERYTHING } from '~/kit/filter/model';
import { FIRST_COLUMNS } from '~/kit/lead-columns';
import type { LeadSearch } from '~/kit/lead-search';
import type { ColumnPlace, SortState } from '~/ui/data-table/data-table';

export const SORTS = ['createdAt', 'updatedAt', 'name', 'score', 'value', 'company', 'source'];
const NEWEST: SortState = { by: 'createdAt', descending: true };

export interface ListState {
  search: LeadSearch;
  views: readonly View[];
  view: View | undefined;
  /** What is shown differs from what the view keeps. */
  isChanged: boolean;
  filter: LeadFilter;
  sort: SortState;
  group: string | undefined;
  places: ColumnPlace[];
  density: 'compact' | 'comfortable' | 'touch';
  /** The question to the server, in its parts. */
  query: LeadListQuery;
  serverFilter: ServerFilter;
  change: (next: Partial<LeadSearch>, how?: 'push' | 'replace') => void;
  setFilter: (filter: LeadFilter) => void;
  setSort: (sort: SortState) => void;
  setPlaces: (places: ColumnPlace[]) => void;
}

/** What the table shows: the address first, then the view, then what somebody is used to. */
export function useListState(): ListState {
  const search: LeadSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const session = useSession();
  const { data: views = [] } = useQuery(viewsQuery);
  const view = views.find((it) => it.id === search.view);
  useFirstView(search, views);

  const change = useCallback(
    (next: Partial<LeadSearch>, how: 'push' | 'replace' = 'push') =>
      void navigate({
        to: '.',
        search: ((before: LeadSearch) => ({ ...before, ...next })) as never,
        replace: how === 'replace',
      }),
    [navigate],
  );

  const kept = useMemo(() => fromServerFilter(view?.filter), [view]);
  const filter = useMemo<LeadFilter>(
    () => ({
      root: search.f === undefined ? kept.root : search.f === '' ? EVERYTHING : readFilter(search.f),
      search: search.q ?? kept.search,
      deleted: search.trash ?? kept.deleted,
    }),
    [search.f, search.q, search.trash, kept],
  );
  const sort = useMemo(() => readSort(search.sort) ?? sortOf(view) ?? NEWEST, [search.sort, view]);
  const used = session.prefs.screens['leads'] as { cols?: string } | undefined;
  const places = useMemo(() => {
    const written = search.cols ?? (view?.columns?.length ? undefined : used?.cols);
    if (written !== undefined) return withName(readColumns(written));
    return withName(view?.columns?.length ? placesOf(view) : FIRST_COLUMNS.map((id) => ({ id })));
  }, [search.cols, view, used?.cols]);

  const query = useMemo<LeadListQuery>(
    () => ({ ...toQuery(filter), sortBy: sort.by, sortOrder: sort.descending ? 'desc' : 'asc' }),
    [filter, sort],
  );
  const serverFilter = useMemo(() => toServerFilter(filter), [filter]);
  const isChanged =
    view !== undefined &&
    (['f', 'q', 'sort', 'group', 'cols', 'trash', 'density'] as const).some((name) => search[name] !== undefined);

  const setFilter = useCallback(
    (next: LeadFilter) => {
      const text = writeFilter(next.root);
      const isSame = text === writeFilter(kept.root);
      change(
        {
          f: isSame ? undefined : text || (view ? '' : undefined),
          q: next.search === kept.search ? undefined : next.search,
        },
        'replace',
      );
    },
    [change, kept, view],
  );
  const setPlaces = useCallback(
    (next: ColumnPlace[]) => {
      const written = writeColumns(next);
      change({ cols: written }, 'replace');
      // Without a view, what somebody chose is what is shown the next time too.
      if (!view) void rememberScreen('leads', { ...used, cols: written });
    },
    [change, used, view],
  );
  return {
    search,
    views,
    view,
    isChanged,
    filter,
    sort,
    group: search.group === 'none' ? undefined : (search.group ?? view?.groupBy ?? undefined),
    places,
    density: search.density ?? view?.density ?? session.prefs.density,
    query,
    serverFilter,
    change,
    setFilter,
    setSort: (next) => change({ sort: `${next.descending ? '-' : ''}${next.by}` }, 'replace'),
    setPlaces,
  };
}

/** The page begins with the person's own view, where the address asks for nothing. */
function useFirstView(search: LeadSearch, views: readonly View[]): void {
  const navigate = useNavigate();
  const first = views.find((it) => it.mine.defaultOn.includes('leads'));
  const asksNothing = Object.keys(search).every((name) => name === 'lead' || name === 'dialog');
  useEffect(() => {
    if (!first || !asksNothing) return;
    void navigate({
      to: '.',
      search: ((before: LeadSearch) => ({ ...before, view: first.id })) as never,
      replace: true,
    });
  }, [first, asksNothing, navigate]);
}

function readSort(text: string | undefined): SortState | undefined {
  const by = text?.replace(/^-/, '');
  return by && SORTS.includes(by) ? { by, descending: text?.startsWith('-') ?? false } : undefined;
}

function sortOf(view: View | undefined): SortState | undefined {
  const { sort } = view ?? {};
  return sort && SORTS.includes(sort.by) ? { by: sort.by, descending: sort.descending ?? false } : undefined;
}

const placesOf = (view: View): ColumnPlace[] =>
  (view.columns ?? []).map(({ field, width }) => (width == null ? { id: field } : { id: field, width }));

/** The name is how one knows which lead a row is, so it is always there, and first. */
const withName = (places: ColumnPlace[]): ColumnPlace[] => {
  const name = places.find((it) => it.id === 'name') ?? { id: 'name' };
  return [name, ...places.filter((it) => it.id !== 'name')];
};

export const writeColumns = (places: readonly ColumnPlace[]): string =>
  places.map(({ id, width }) => (width === undefined ? id : `${id}*${width}`)).join(',');

export function readColumns(text: string): ColumnPlace[] {
  const seen = new Set<string>();
  return text.split(',').flatMap((part) => {
    const [id = '', width] = part.split('*');
    if (id === '' || seen.has(id)) return [];
    seen.add(id);
    const wide = Number(width);
    return [{ id, ...(Number.isInteger(wide) && wide >= 20 && wide <= 2000 && { width: wide }) }];
  });
}
