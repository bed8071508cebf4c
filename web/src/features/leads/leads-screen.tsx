import { ArrowUp, Inbox, SearchX, Trash2, TriangleAlert } from 'lucide-react';
import { Suspense, lazy, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { runAction } from '~/api/action';
import { asProblem } from '~/api/client';
import type { Lead } from '~/api/queries/leads';
import type { ViewBody } from '~/api/queries/views';
import { announce } from '~/app/announce';
import { useCommands } from '~/app/commands';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { countTests } from '~/kit/filter/model';
import { NO_FILTER } from '~/kit/filter/model';
import { editLead, problemWords } from '~/kit/lead-actions';
import { leadColumns } from '~/kit/lead-columns';
import { changeOf } from '~/kit/lead-edit';
import { useLeadsLive } from '~/kit/use-leads-live';
import { setWalk } from '~/kit/walk';
import { Button } from '~/ui/button';
import { DataTable, type SortState } from '~/ui/data-table/data-table';
import { type Selection, NOTHING_SELECTED } from '~/ui/data-table/selection';
import { type Beginning, EmptyState, WithBeside } from '~/ui/empty-state';
import { BulkBar } from './bulk-bar';
import { useListState, type ListState } from './list-state';
import { ListActions, ListToolbar } from './toolbar';
import { type LeadItems, useLeadItems } from './use-items';
import { ViewTabs } from './view-tabs';

const ExportDialog = lazy(() => import('./export-dialog'));
const ViewDialog = lazy(() => import('./view-dialog'));

export interface LeadsScreenProps {
  onBoard: () => void;
  /** What else somebody can begin with who has no leads. */
  beginning?: Beginning;
}

/** The table of leads: what stands in the address decides what it shows. */
export function LeadsScreen({ onBoard, beginning }: LeadsScreenProps) {
  const text = useText();
  const state = useListState();
  const session = useSession();
  const format = useFormats();
  const directory = useDirectory();
  const list = useLeadItems(state);
  const region = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => leadColumns({ directory, format, session }), [directory, format, session]);
  const [selection, setSelection] = useSelection(state);
  const rows = useMemo(() => list.items.flatMap((it) => (it.kind === 'row' ? [it.row] : [])), [list.items]);
  const { change } = state;
  const onEdit = useCellEdit(columns);
  useWalkOf(rows, list.onEnd);
  useListCommands(state, selection, setSelection);

  const onSort = (sort: SortState) => {
    state.setSort(sort);
    const column = columns.find((it) => it.sort === sort.by)?.label ?? sort.by;
    announce(
      sort.descending
        ? text({ id: 'leads.sorted.down', defaultMessage: 'Sorted by {column}, descending' }, { column })
        : text({ id: 'leads.sorted.up', defaultMessage: 'Sorted by {column}, ascending' }, { column }),
    );
  };
  const body = useCallback((): ViewBody => viewBody(state), [state]);
  const open = useCallback((lead: Lead) => change({ lead: lead.id }), [change]);
  return (
    <div className="relative flex h-full min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex shrink-0 flex-col gap-2 px-gutter pt-3 pb-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-title">{text({ id: 'leads.title', defaultMessage: 'Leads' })}</h1>
          <ViewTabs
            state={state}
            onDialog={(what) => change({ dialog: what === 'new' ? 'view' : 'share' })}
            body={body}
          />
          <ListActions
            state={state}
            onAdd={() => change({ dialog: 'new' })}
            onExport={() => change({ dialog: 'export' })}
          />
        </div>
        <ListToolbar state={state} columns={columns} onBoard={onBoard} onSaveView={() => change({ dialog: 'view' })} />
      </header>
      <div ref={region} className="relative min-h-0 flex-1 border-t border-line @container">
        <DataTable
          label={text({ id: 'leads.table', defaultMessage: 'Leads' })}
          columns={columns}
          places={state.places}
          onPlacesChange={state.setPlaces}
          items={list.items}
          total={list.isCapped ? undefined : list.total}
          rowName={(lead) => lead.name}
          onEnd={list.onEnd}
          sort={state.sort}
          onSortChange={onSort}
          selection={selection}
          onSelectionChange={setSelection}
          onOpen={open}
          openId={state.search.lead}
          onEdit={onEdit}
          density={state.density}
          isLoading={list.isLoading}
          isStale={list.isStale}
          empty={<Nothing state={state} list={list} beginning={beginning} />}
        />
        <Arrivals region={region} list={list} />
        <BulkBar
          state={state}
          selection={selection}
          onSelection={setSelection}
          rows={rows}
          total={list.total}
          isCapped={list.isCapped}
          onExport={() => change({ dialog: 'export' })}
        />
      </div>
      <Count list={list} />
      <Dialogs state={state} selection={selection} list={list} body={body} />
    </div>
  );
}

/** The selection belongs to what is shown: another filter is another list. */
function useSelection({ query, group }: ListState): [Selection, (selection: Selection) => void] {
  const key = JSON.stringify([query.where, query.search, query.deleted, group]);
  const [state, setState] = useState({ key, selection: NOTHING_SELECTED });
  if (state.key !== key) setState({ key, selection: NOTHING_SELECTED });
  const set = useCallback((selection: Selection) => setState((before) => ({ ...before, selection })), []);
  return [state.selection, set];
}

/** Saves a cell; what the server refuses is said at the cell. */
function useCellEdit(columns: ReturnType<typeof leadColumns>) {
  const cache = useQueryClient();
  const directory = useDirectory();
  return useCallback(
    async (lead: Lead, column: string, value: unknown): Promise<string | undefined> => {
      const made = changeOf(column, value, lead, directory);
      if (!made) return undefined;
      const what = columns.find((it) => it.id === column)?.label ?? column;
      const outcome = await runAction(cache, editLead, { lead, change: made.change, what, refused: () => true });
      return outcome.state === 'refused' ? problemWords(outcome.problem, made.path) : undefined;
    },
    [cache, columns, directory],
  );
}

function useWalkOf(rows: readonly Lead[], onEnd: () => void): void {
  useEffect(() => setWalk({ ids: rows.map((it) => it.id), more: onEnd }), [rows, onEnd]);
}

function useListCommands(state: ListState, selection: Selection, setSelection: (selection: Selection) => void): void {
  useCommands([
    {
      id: 'list.clear',
      label: { id: 'list.clear', defaultMessage: 'Clear the selection' },
      section: 'list',
      keys: 'escape',
      when: () => (selection.mode === 'all' || selection.ids.size > 0) && state.search.lead === undefined,
      run: () => setSelection(NOTHING_SELECTED),
    },
    {
      id: 'list.search',
      label: { id: 'list.search', defaultMessage: 'Search this list' },
      section: 'list',
      keys: '/',
      run: () => document.querySelector<HTMLElement>('input[type=search]')?.focus(),
    },
    {
      id: 'list.edit',
      label: { id: 'list.edit', defaultMessage: 'Edit the cell' },
      section: 'list',
      keys: ['f2', 'enter'],
      handledBy: 'widget',
      run: () => undefined,
    },
    {
      id: 'list.select',
      label: { id: 'list.select', defaultMessage: 'Select the row' },
      section: 'list',
      keys: ['space', 'shift+arrowdown'],
      handledBy: 'widget',
      run: () => undefined,
    },
  ]);
}

/** What a view keeps of what is shown. */
function viewBody(state: ListState): ViewBody {
  return {
    filter: state.serverFilter,
    sort: { by: state.sort.by as NonNullable<ViewBody['sort']>['by'], descending: state.sort.descending },
    columns: state.places.map(({ id, width }) => (width === undefined ? { field: id } : { field: id, width })),
    groupBy: state.group ?? null,
    layout: 'table',
    density: state.density === 'compact' ? 'compact' : 'comfortable',
  };
}

function Arrivals({ region, list }: { region: React.RefObject<HTMLDivElement | null>; list: LeadItems }) {
  const text = useText();
  const held = useLeadsLive(region, list.updatedAt);
  if (held.count === 0) return null;
  return (
    <div className="absolute inset-x-0 top-14 z-30 mx-auto w-max">
      <Button
        size="small"
        tone="primary"
        icon={<ArrowUp size={14} />}
        onPress={held.apply}
        className="rounded-full! shadow-popover"
      >
        {text(
          { id: 'leads.changes', defaultMessage: '{count, plural, one {# change} other {# changes}}, show' },
          { count: held.count },
        )}
      </Button>
    </div>
  );
}

function Count({ list }: { list: LeadItems }) {
  const text = useText();
  const { total, isCapped } = list;
  return (
    <p className="shrink-0 border-t border-line px-gutter py-1 text-small text-muted tabular-nums" role="status">
      {total !== undefined &&
        text(
          {
            id: 'leads.count',
            defaultMessage: '{count, plural, one {# lead} other {# leads}}{capped, select, true { or more} other {}}',
          },
          { count: total, capped: String(isCapped) },
        )}
    </p>
  );
}

function Nothing({ state, list, beginning }: { state: ListState; list: LeadItems; beginning: Beginning | undefined }) {
  const text = useText();
  const { can } = useSession();
  const { filter } = state;
  if (list.error) {
    const problem = asProblem(list.error);
    const isRefused = problem.status === 403;
    return (
      <EmptyState
        icon={<TriangleAlert size={20} />}
        level={2}
        title={
          isRefused
            ? text({ id: 'leads.refused', defaultMessage: 'You may not see leads' })
            : text({ id: 'leads.failed', defaultMessage: 'The leads could not be read' })
        }
        action={<Button onPress={list.retry}>{text({ id: 'leads.retry', defaultMessage: 'Try again' })}</Button>}
      >
        <p>{problem.status === 422 ? problemWords(problem, 'where') : problem.detail}</p>
        {problem.requestId !== undefined && <p className="mt-1 font-mono text-small select-all">{problem.requestId}</p>}
      </EmptyState>
    );
  }
  if (list.isLoading) return null;
  const count = countTests(filter.root) + Number(filter.search !== '');
  if (count > 0) {
    return (
      <EmptyState
        icon={<SearchX size={20} />}
        level={2}
        title={text({ id: 'leads.none.match', defaultMessage: 'No leads match' })}
        action={
          <Button onPress={() => state.setFilter({ ...NO_FILTER, deleted: filter.deleted })}>
            {text(
              { id: 'leads.clear', defaultMessage: 'Clear {count, plural, one {# filter} other {# filters}}' },
              { count },
            )}
          </Button>
        }
      />
    );
  }
  if (filter.deleted) {
    return (
      <EmptyState
        icon={<Trash2 size={20} />}
        level={2}
        title={text({ id: 'leads.trash.empty', defaultMessage: 'The trash is empty' })}
      >
        {text({
          id: 'leads.trash.why',
          defaultMessage: 'Deleted leads wait here until somebody restores them or removes them for good.',
        })}
      </EmptyState>
    );
  }
  return (
    <WithBeside beside={beginning?.beside}>
      <EmptyState
        icon={<Inbox size={20} />}
        level={2}
        title={text({ id: 'leads.empty', defaultMessage: 'No leads yet' })}
        action={
          <>
            {can('leads:create') && (
              <Button tone="primary" onPress={() => state.change({ dialog: 'new' })}>
                {text({ id: 'leads.add.first', defaultMessage: 'Add the first lead' })}
              </Button>
            )}
            {beginning?.action}
          </>
        }
      >
        {text({ id: 'leads.empty.why', defaultMessage: 'Leads come in through webhooks, forms, imports, or by hand.' })}
      </EmptyState>
    </WithBeside>
  );
}

interface DialogsProps {
  state: ListState;
  selection: Selection;
  list: LeadItems;
  body: () => ViewBody;
}

function Dialogs({ state, selection, list, body }: DialogsProps) {
  const { dialog } = state.search;
  const close = () => state.change({ dialog: undefined }, 'replace');
  return (
    <Suspense>
      {dialog === 'export' && (
        <ExportDialog state={state} selection={selection} total={list.total} isCapped={list.isCapped} onClose={close} />
      )}
      {(dialog === 'view' || (dialog === 'share' && state.view)) && (
        <ViewDialog
          view={dialog === 'share' ? state.view : undefined}
          body={body}
          onClose={close}
          onSaved={(view) =>
            state.change(
              {
                dialog: undefined,
                view: view.id,
                f: undefined,
                q: undefined,
                sort: undefined,
                group: undefined,
                cols: undefined,
                trash: undefined,
                density: undefined,
              },
              'replace',
            )
          }
        />
      )}
    </Suspense>
  );
}
