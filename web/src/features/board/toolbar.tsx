import { ArrowDownWideNarrow, ChevronDown, LayoutGrid, Plus, Settings2, Table2 } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy, useSyncExternalStore } from 'react';
import type { BoardSort } from '~/api/queries/board';
import { pipelinesQuery } from '~/api/queries/pipelines';
import { useSession } from '~/app/session';
import { useText, type Words } from '~/i18n';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { Link } from '~/ui/link';
import { MenuButton } from '~/ui/menu';
import { cx } from '~/ui/cx';
import type { BoardSearch } from './address';
import { QUICK_FILTERS, besideQuick, hasQuick, toggleQuick, withoutQuick } from './quick-filters';

// The cards come first; what narrows them follows a moment later, into the room that is kept for it.
const SearchBox = lazy(() => import('./search-box'));
const FilterBar = lazy(() => import('~/kit/filter/filter-bar').then((it) => ({ default: it.FilterBar })));

export interface BoardToolbarProps {
  search: BoardSearch;
  pipelineName: string;
  onSearch: (change: Partial<BoardSearch>) => void;
  onSettings: () => void;
  onAddLead?: (() => void) | undefined;
}

const SORTS: Record<BoardSort, Words> = {
  position: { id: 'board.sort.hand', defaultMessage: 'By hand' },
  newest: { id: 'board.sort.newest', defaultMessage: 'Newest' },
  score: { id: 'board.sort.score', defaultMessage: 'Score' },
  value: { id: 'board.sort.value', defaultMessage: 'Value' },
};

/** Which leads the board shows and how; all of it stands in the address. */
export function BoardToolbar({ search, pipelineName, onSearch, onSettings, onAddLead }: BoardToolbarProps) {
  const text = useText();
  const { can } = useSession();
  const isNarrow = useNarrow();
  return (
    <header className="flex shrink-0 flex-col gap-2 px-gutter pt-3 pb-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="text-title">{text({ id: 'board.title', defaultMessage: 'Leads' })}</h1>
        <PipelineSwitch name={pipelineName} onChoose={(pipeline) => onSearch({ pipeline, lead: undefined })} />
        <span className="flex-1" />
        <SortMenu isNarrow={isNarrow} value={search.sort ?? 'position'} onChoose={(sort) => onSearch({ sort: sort === 'position' ? undefined : sort })} />
        {can('pipelines:manage') && (
          <IconButton
            label={text({ id: 'board.settings', defaultMessage: 'Pipeline settings' })}
            icon={<Settings2 size={16} />}
            onPress={onSettings}
          />
        )}
        {/* On a phone the bar at the bottom adds leads. */}
        {onAddLead && can('leads:create') && !isNarrow && (
          <Button tone="primary" icon={<Plus size={16} />} onPress={onAddLead}>
            {text({ id: 'board.add', defaultMessage: 'Add lead' })}
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Layouts search={search} isNarrow={isNarrow} />
        <div className="min-h-control w-52 max-sm:w-auto max-sm:flex-1">
          <Suspense>
            <SearchBox key={search.q ?? ''} value={search.q ?? ''} onSearch={(q) => onSearch({ q: q || undefined })} />
          </Suspense>
        </div>
        <div className="flex min-w-0 flex-wrap items-center gap-1.5 max-sm:-mx-gutter max-sm:w-screen max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:px-gutter max-sm:py-1">
          <div
            role="group"
            aria-label={text({ id: 'board.quick', defaultMessage: 'Quick filters' })}
            className="flex shrink-0 gap-1.5 max-sm:order-2"
          >
            {QUICK_FILTERS.map((quick) => (
              <QuickButton
                key={quick.id}
                isOn={hasQuick(search.f, quick)}
                label={text(quick.words)}
                onPress={() => onSearch({ f: toggleQuick(search.f, quick) })}
              />
            ))}
          </div>
          <div className="min-h-control min-w-22 max-sm:order-1 max-sm:shrink-0">
            <Suspense>
              <FilterBar
                without={['stage', 'pipeline']}
                filter={{ root: withoutQuick(search.f), search: '', deleted: false }}
                onChange={({ root }) => onSearch({ f: besideQuick(search.f, root) })}
              />
            </Suspense>
          </div>
        </div>
      </div>
    </header>
  );
}

const LAYOUT = 'flex min-h-[calc(var(--control)-6px)] items-center gap-1.5 rounded-sm border px-2 font-medium whitespace-nowrap';

/** The same leads as a board or as a table: two addresses, so they are links. */
function Layouts({ search: { q, f, view }, isNarrow }: { search: BoardSearch; isNarrow: boolean }) {
  const text = useText();
  const [board, table] = [
    text({ id: 'board.layout.board', defaultMessage: 'Board' }),
    text({ id: 'board.layout.table', defaultMessage: 'Table' }),
  ];
  return (
    <nav
      aria-label={text({ id: 'board.layout', defaultMessage: 'Layout' })}
      className="inline-flex rounded-md border border-line bg-sunken p-0.5"
    >
      <span aria-current="page" className={cx(LAYOUT, 'border-line bg-surface text-text shadow-card')}>
        <LayoutGrid size={14} />
        <span className={cx(isNarrow && 'sr-only')}>{board}</span>
      </span>
      <Link to="/leads" search={{ q, f, view }} tone="bare" className={cx(LAYOUT, 'border-transparent text-muted hover:text-text')}>
        <Table2 size={14} />
        <span className={cx(isNarrow && 'sr-only')}>{table}</span>
      </Link>
    </nav>
  );
}

function QuickButton({ isOn, label, onPress }: { isOn: boolean; label: string; onPress: () => void }) {
  return (
    <Button
      size="small"
      aria-pressed={isOn}
      onPress={onPress}
      className={cx('shrink-0 rounded-full!', isOn && 'border-accent! bg-accent-soft! text-accent-ink!')}
    >
      {label}
    </Button>
  );
}

const NARROW = '(width < 40rem)';

/** Whether the screen is a phone's. */
function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(NARROW).matches,
  );
}

function PipelineSwitch({ name, onChoose }: { name: string; onChoose: (id: string | undefined) => void }) {
  const text = useText();
  const { data } = useQuery(pipelinesQuery);
  if (!data || data.length < 2) return <span className="truncate text-muted">{name}</span>;
  return (
    <MenuButton
      tone="quiet"
      label={text({ id: 'board.pipeline', defaultMessage: 'Pipeline: {name}' }, { name })}
      items={data.map((it) => ({
        id: it.id,
        label: it.name,
        isChosen: it.name === name,
        onAction: () => onChoose(it.isDefault ? undefined : it.id),
      }))}
    >
      {name}
      <ChevronDown size={15} className="text-muted" />
    </MenuButton>
  );
}

function SortMenu({ value, isNarrow, onChoose }: { value: BoardSort; isNarrow: boolean; onChoose: (sort: BoardSort) => void }) {
  const text = useText();
  const shown = text(SORTS[value]);
  return (
    <MenuButton
      size="small"
      tone="quiet"
      placement="bottom end"
      label={text({ id: 'board.sort', defaultMessage: 'Order: {sort}' }, { sort: shown })}
      icon={<ArrowDownWideNarrow size={15} />}
      items={(Object.keys(SORTS) as BoardSort[]).map((sort) => ({
        id: sort,
        label: text(SORTS[sort]),
        isChosen: sort === value,
        onAction: () => onChoose(sort),
      }))}
    >
      {isNarrow ? undefined : shown}
    </MenuButton>
  );
}
