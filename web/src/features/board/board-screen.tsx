import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, lazy, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useLive } from '~/api/live';
import { type Board, type BoardScope, boardQuery } from '~/api/queries/board';
import { rememberBrief } from '~/api/queries/brief';
import { useSession } from '~/app/session';
import { createStore, useLatest, useStore } from '~/app/store';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { setWalk } from '~/kit/walk';
import { BoardView } from '~/ui/board/board-view';
import type { Beginning } from '~/ui/empty-state';
import { untilFetched } from '~/ui/lazy';
import { NoLeads } from './no-leads';
import { BoardSkeleton } from './board-skeleton';
import { ColumnHead } from './column-head';
import { type BoardSearch, isFiltered } from './address';
import { scopeOf } from './filter';
import { type BoardDensity, DensityContext, LeadCard, ROW_HEIGHT, ScreenContext } from './lead-card';
import { BOARD_EVENTS } from './live';
import { useMembers } from './members';
import { BoardPageContext } from './page-context';
import { type Doors, createScreen, deeds } from './screen';
import { BoardToolbar } from './toolbar';

// What floats above the board is not needed for the first cards.
const Later = lazy(() => import('./later'));
// What is said where there is nothing to show comes after something went wrong, or was typed.
const states = () => untilFetched(() => import('./board-states'));
const BoardFailure = lazy(() => states().then((it) => ({ default: it.BoardFailure })));
const NoneMatch = lazy(() => states().then((it) => ({ default: it.NoneMatch })));

export interface BoardScreenProps {
  search: BoardSearch;
  onSearch: (change: Partial<BoardSearch>) => void;
  onSettings: (pipeline: string) => void;
  /** Opens a lead beside the board. */
  onOpenLead: Doors['openLead'];
  onAddLead?: (stage?: string) => void;
  /** What else somebody can begin with who has no leads. */
  beginning?: Beginning;
}

/** The board: what stands in the address decides what it shows. */
export function BoardScreen({ search, onSearch, onSettings, onOpenLead, onAddLead, beginning }: BoardScreenProps) {
  const scope = useStableScope(search);
  const { data, error, refetch, isPending } = useQuery({ ...boardQuery(scope), placeholderData: (before) => before });
  const folded = useFolded();
  const text = useText();
  useTitle(text({ id: 'board.window', defaultMessage: 'Board' }));
  const pipelineId = data?.pipeline.id ?? '';
  return (
    <div className="relative flex h-full min-h-0 min-w-0 flex-1 flex-col">
      <BoardToolbar
        search={search}
        pipelineName={data?.pipeline.name ?? ''}
        onSearch={onSearch}
        onSettings={() => onSettings(pipelineId)}
        onAddLead={onAddLead && (() => onAddLead())}
      />
      {data && (
        <BoardBody
          // Other leads are another board; what is open and selected belongs to the old one.
          key={data.asOf}
          data={data}
          scope={scope}
          folded={folded}
          search={search}
          onOpenLead={onOpenLead}
          onClearFilters={() => onSearch({ q: undefined, f: undefined, view: undefined })}
          {...(onAddLead && { onAddLead })}
          {...(beginning && { beginning })}
        />
      )}
      {!data && isPending && <BoardSkeleton />}
      <Suspense>{!data && error && <BoardFailure error={error} onRetry={() => void refetch()} />}</Suspense>
    </div>
  );
}

/** The same object for the same address, so that it can be a key. */
function useStableScope({ pipeline, view, q, f, sort }: BoardSearch): BoardScope {
  return useMemo(() => scopeOf({ pipeline, view, q, f, sort }), [pipeline, view, q, f, sort]);
}

interface BoardBodyProps {
  data: Board;
  scope: BoardScope;
  folded: ReturnType<typeof useFolded>;
  search: BoardSearch;
  onOpenLead: Doors['openLead'];
  onAddLead?: (stage?: string) => void;
  beginning?: Beginning;
  onClearFilters: () => void;
}

function BoardBody({ data, scope, folded, search, onOpenLead, onAddLead, beginning, onClearFilters }: BoardBodyProps) {
  const { prefs } = useSession();
  const cache = useQueryClient();
  const text = useText();
  const openLead = useLatest(onOpenLead);
  const [screen] = useState(() => {
    const made = createScreen(data, scope, folded, {
      openLead: (id, act) => {
        const card = made.store.card(id);
        if (card) rememberBrief(cache, card);
        const column = made.store.columnOf(id);
        if (column !== undefined) setWalk({ ids: made.store.loadedIds(column) });
        openLead.current(id, act);
      },
    });
    return made;
  });
  useStore(folded);
  useMembers();
  useLiveBoard(screen);
  useFocusAfterDrawer(screen, search.lead);
  useEffect(() => deeds.fetch(), []);
  const density: BoardDensity = (search.density ?? prefs.density) === 'compact' ? 'compact' : 'comfortable';
  const page = useMemo(
    () => ({ fold: (column: string) => folded.set((before) => new Set([...before, column])), ...(onAddLead && { addLead: onAddLead }) }),
    [folded, onAddLead],
  );
  const isNothing = useIsNothing(screen);
  return (
    <ScreenContext value={screen}>
      <BoardPageContext value={page}>
        <DensityContext value={density}>
          <Suspense>{isNothing && isFiltered(search) && <NoneMatch onClear={onClearFilters} />}</Suspense>
          {isNothing && !isFiltered(search) && (
            <div className="max-h-3/4 min-h-0 shrink overflow-y-auto">
              <NoLeads {...(onAddLead && { onAdd: () => onAddLead() })} beginning={beginning} />
            </div>
          )}
          <BoardView
            board={screen}
            label={text({ id: 'board.region', defaultMessage: 'Board of {name}' }, { name: data.pipeline.name })}
            columns={data.stages}
            rowHeight={ROW_HEIGHT[density]}
            Card={LeadCard}
            Head={ColumnHead}
            onUnfold={(column) => {
              folded.set((before) => new Set([...before].filter((it) => it !== column)));
              screen.controller.goTo(column, 0);
            }}
          />
          <Suspense>
            <Later />
          </Suspense>
        </DensityContext>
      </BoardPageContext>
    </ScreenContext>
  );
}

/** Whether no column holds a lead now; the first one that comes in ends that. */
function useIsNothing({ store }: ReturnType<typeof createScreen>): boolean {
  return useSyncExternalStore(store.subscribeAll.bind(store), () => store.columnIds.every((it) => store.total(it) + store.held(it) === 0));
}

/** Events of others, and a new board when the stages themselves have changed. */
function useLiveBoard({ live, pages }: ReturnType<typeof createScreen>): void {
  const cache = useQueryClient();
  useEffect(() => {
    live.start();
    return () => {
      live.stop();
      pages.stop();
    };
  }, [live, pages]);
  useLive(BOARD_EVENTS, (event) => {
    if (event.type.startsWith('pipeline.')) {
      void cache.invalidateQueries({ queryKey: ['pipelines'] });
      void cache.invalidateQueries({ queryKey: ['board'] });
    } else live.on(event);
  });
}

/** When the drawer closes, the card that it was opened from has the focus again. */
function useFocusAfterDrawer({ controller, store }: ReturnType<typeof createScreen>, lead: string | undefined): void {
  const before = useRef(lead);
  useLayoutEffect(() => {
    const closed = before.current !== undefined && lead === undefined ? before.current : undefined;
    before.current = lead;
    if (closed === undefined) return undefined;
    const frame = requestAnimationFrame(() => {
      if (store.columnOf(closed) === undefined) controller.focusCursor();
      else controller.focusCard(closed);
    });
    return () => cancelAnimationFrame(frame);
  }, [lead, controller, store]);
}

/** Which columns are folded is remembered with the person. */
function useFolded() {
  const { prefs } = useSession();
  const [folded] = useState(() => createStore<ReadonlySet<string>>(new Set(foldedIn(prefs.screens))));
  useEffect(() => folded.subscribe(() => void rememberFolded(folded.get())), [folded]);
  return folded;
}

async function rememberFolded(folded: ReadonlySet<string>): Promise<void> {
  const { rememberScreen } = await import('~/app/preference-changes');
  await rememberScreen('board', { folded: [...folded] });
}

function foldedIn(screens: Record<string, unknown>): string[] {
  const board = screens['board'] as { folded?: unknown } | undefined;
  return Array.isArray(board?.folded) ? board.folded.filter((it) => typeof it === 'string') : [];
}
