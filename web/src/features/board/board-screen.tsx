import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Inbox, Lock, SearchX, TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Problem } from '~/api/client';
import { useLive } from '~/api/live';
import { type Board, type BoardScope, boardQuery } from '~/api/queries/board';
import { rememberBrief } from '~/api/queries/leads';
import { useCommands } from '~/app/commands';
import { rememberScreen } from '~/app/preferences';
import { useSession } from '~/app/session';
import { createStore, useLatest, useStore } from '~/app/store';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { setWalk } from '~/kit/walk';
import { BoardView } from '~/ui/board/board-view';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { BoardDialogs } from './board-dialogs';
import { BoardMenus } from './board-menus';
import { BoardSkeleton } from './board-skeleton';
import { ColumnHead } from './column-head';
import { boardCommands } from './commands';
import { type BoardSearch, isFiltered, scopeOf } from './filter';
import { type BoardDensity, DensityContext, LeadCard, ROW_HEIGHT, ScreenContext } from './lead-card';
import { BOARD_EVENTS } from './live';
import { useMembers } from './members';
import { BoardPageContext } from './page-context';
import { type Doors, createScreen } from './screen';
import { SelectionBar } from './selection-bar';
import { BoardToolbar } from './toolbar';

export interface BoardScreenProps {
  search: BoardSearch;
  onSearch: (change: Partial<BoardSearch>) => void;
  onTable: () => void;
  onSettings: (pipeline: string) => void;
  /** Opens a lead beside the board. */
  onOpenLead: Doors['openLead'];
  onAddLead?: (stage?: string) => void;
}

/** The board: what stands in the address decides what it shows. */
export function BoardScreen({ search, onSearch, onTable, onSettings, onOpenLead, onAddLead }: BoardScreenProps) {
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
        onTable={onTable}
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
        />
      )}
      {!data && isPending && <BoardSkeleton />}
      {!data && error && <BoardFailure error={error} onRetry={() => void refetch()} />}
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
  onClearFilters: () => void;
}

function BoardBody({ data, scope, folded, search, onOpenLead, onAddLead, onClearFilters }: BoardBodyProps) {
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
  useCommands(boardCommands(screen));
  const density: BoardDensity = (search.density ?? prefs.density) === 'compact' ? 'compact' : 'comfortable';
  const page = useMemo(
    () => ({ fold: (column: string) => folded.set((before) => new Set([...before, column])), ...(onAddLead && { addLead: onAddLead }) }),
    [folded, onAddLead],
  );
  const isNothing = data.stages.every((it) => it.count === 0 && !it.countCapped);
  return (
    <ScreenContext value={screen}>
      <BoardPageContext value={page}>
        <DensityContext value={density}>
          {isNothing && isFiltered(search) && <NoneMatch onClear={onClearFilters} />}
          {isNothing && !isFiltered(search) && <NoLeads {...(onAddLead && { onAdd: () => onAddLead() })} />}
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
          <SelectionBar />
          <BoardMenus />
          <BoardDialogs />
        </DensityContext>
      </BoardPageContext>
    </ScreenContext>
  );
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
  useEffect(() => folded.subscribe(() => void rememberScreen('board', { folded: [...folded.get()] })), [folded]);
  return folded;
}

function foldedIn(screens: Record<string, unknown>): string[] {
  const board = screens['board'] as { folded?: unknown } | undefined;
  return Array.isArray(board?.folded) ? board.folded.filter((it) => typeof it === 'string') : [];
}

function NoneMatch({ onClear }: { onClear: () => void }) {
  const text = useText();
  const action = <Button onPress={onClear}>{text({ id: 'board.none.clear', defaultMessage: 'Clear the filters' })}</Button>;
  return (
    <EmptyState icon={<SearchX size={20} />} title={text({ id: 'board.none', defaultMessage: 'No lead matches' })} level={2} action={action} />
  );
}

function NoLeads({ onAdd }: { onAdd?: () => void }) {
  const text = useText();
  const { can } = useSession();
  const add = useCallback(() => onAdd?.(), [onAdd]);
  return (
    <EmptyState
      icon={<Inbox size={20} />}
      level={2}
      title={text({ id: 'board.first', defaultMessage: 'Here your leads will stand' })}
      {...(onAdd &&
        can('leads:create') && {
          action: (
            <Button tone="primary" onPress={add}>
              {text({ id: 'board.first.add', defaultMessage: 'Add the first lead' })}
            </Button>
          ),
        })}
    >
      {text({ id: 'board.first.why', defaultMessage: 'They come in by forms, webhooks and imports, or you add them by hand.' })}
    </EmptyState>
  );
}

function BoardFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const text = useText();
  const problem = error instanceof Problem ? error : undefined;
  if (problem?.status === 403) {
    return (
      <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'board.refused', defaultMessage: 'You may not see leads' })}>
        {text({ id: 'board.refused.why', defaultMessage: 'It needs the right to view leads. An administrator of the workspace can give it to your role.' })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<TriangleAlert size={20} />}
      level={2}
      title={text({ id: 'board.failed', defaultMessage: 'The board could not be loaded' })}
      action={<Button onPress={onRetry}>{text({ id: 'board.failed.retry', defaultMessage: 'Try again' })}</Button>}
    >
      <p>{problem?.unreachable ? text({ id: 'board.failed.offline', defaultMessage: 'The server does not answer.' }) : error.message}</p>
      {problem?.requestId && <p className="text-small">{problem.requestId}</p>}
    </EmptyState>
  );
}
