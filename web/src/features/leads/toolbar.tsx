import {
  ArrowDownWideNarrow,
  ArrowUpNarrowWide,
  Download,
  LayoutGrid,
  Plus,
  Rows3,
  Table2,
  Trash2,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Lead } from '~/api/queries/leads';
import { useSession } from '~/app/session';
import { type Words, useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { FilterBar } from '~/kit/filter/filter-bar';
import { Button } from '~/ui/button';
import type { Column } from '~/ui/data-table/data-table';
import { MenuButton } from '~/ui/menu';
import { SearchField } from '~/ui/search-field';
import { Segmented } from '~/ui/segmented';
import { ColumnPicker } from './column-picker';
import { type ListState, SORTS } from './list-state';

interface Props {
  state: ListState;
  columns: readonly Column<Lead>[];
  onBoard: () => void;
  onSaveView: () => void;
}

const TYPING_MS = 250;

/** Which leads the table shows, and how; all of it stands in the address. */
export function ListToolbar({ state, columns, onBoard, onSaveView }: Props) {
  const text = useText();
  const { filter, setFilter } = state;
  const canSave = state.isChanged || (!state.view && (filter.root.members.length > 0 || filter.search !== ''));
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented
        label={text({ id: 'leads.layout', defaultMessage: 'Layout' })}
        segments={[
          {
            id: 'board',
            label: text({ id: 'leads.layout.board', defaultMessage: 'Board' }),
            icon: <LayoutGrid size={14} />,
          },
          {
            id: 'table',
            label: text({ id: 'leads.layout.table', defaultMessage: 'Table' }),
            icon: <Table2 size={14} />,
          },
        ]}
        value="table"
        onChange={(id) => id === 'board' && onBoard()}
      />
      <SearchBox key={filter.search} value={filter.search} onSearch={(search) => setFilter({ ...filter, search })} />
      <FilterBar filter={filter} onChange={setFilter} />
      {canSave && (
        <Button size="small" tone="quiet" onPress={onSaveView} className="text-accent-ink">
          {text({ id: 'leads.view.save', defaultMessage: 'Save as view…' })}
        </Button>
      )}
      {state.isChanged && (
        <Button
          size="small"
          tone="quiet"
          onPress={() =>
            state.change(
              {
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
        >
          {text({ id: 'leads.view.reset', defaultMessage: 'Discard changes' })}
        </Button>
      )}
      <span className="ms-auto flex items-center gap-1">
        <SortMenu state={state} />
        <GroupMenu state={state} />
        <ColumnPicker columns={columns} places={state.places} onChange={state.setPlaces} />
      </span>
    </div>
  );
}

/** Waits for a pause in typing, so that the address and the list follow words and not letters. */
function SearchBox({ value, onSearch }: { value: string; onSearch: (search: string) => void }) {
  const text = useText();
  const [written, setWritten] = useState(value);
  const wanted = written.trim();
  useEffect(() => {
    if (wanted === value) return undefined;
    const timer = setTimeout(() => onSearch(wanted), TYPING_MS);
    return () => clearTimeout(timer);
  }, [wanted, value, onSearch]);
  return (
    <SearchField
      label={text({ id: 'leads.search', defaultMessage: 'Search leads' })}
      value={written}
      onChange={setWritten}
      onSubmit={() => onSearch(wanted)}
      maxLength={200}
      className="w-52 max-sm:w-full"
    />
  );
}

const SORT_WORDS: Record<string, Words> = {
  createdAt: { id: 'field.created', defaultMessage: 'Created' },
  updatedAt: { id: 'field.updated', defaultMessage: 'Changed' },
  name: { id: 'field.name', defaultMessage: 'Name' },
  score: { id: 'field.score', defaultMessage: 'Score' },
  value: { id: 'field.value', defaultMessage: 'Value' },
  company: { id: 'field.company', defaultMessage: 'Company' },
  source: { id: 'field.source', defaultMessage: 'Source' },
};

function SortMenu({ state }: { state: ListState }) {
  const text = useText();
  const { sort, setSort } = state;
  const words = text(SORT_WORDS[sort.by] ?? { id: 'field.created', defaultMessage: 'Created' });
  return (
    <MenuButton
      tone="quiet"
      label={text({ id: 'leads.sort', defaultMessage: 'Order: {by}' }, { by: words })}
      icon={sort.descending ? <ArrowDownWideNarrow size={16} /> : <ArrowUpNarrowWide size={16} />}
      placement="bottom end"
      items={[
        {
          section: text({ id: 'leads.sort.by', defaultMessage: 'Order by' }),
          isNamed: true,
          items: SORTS.map((by) => ({
            id: by,
            label: text(SORT_WORDS[by] as Words),
            isChosen: by === sort.by,
            onAction: () => setSort({ by, descending: by !== 'name' && by !== 'company' && by !== 'source' }),
          })),
        },
        {
          section: 'direction',
          items: [
            {
              id: 'down',
              label: text({ id: 'table.sort.descending', defaultMessage: 'Sort descending' }),
              isChosen: sort.descending,
              onAction: () => setSort({ ...sort, descending: true }),
            },
            {
              id: 'up',
              label: text({ id: 'table.sort.ascending', defaultMessage: 'Sort ascending' }),
              isChosen: !sort.descending,
              onAction: () => setSort({ ...sort, descending: false }),
            },
          ],
        },
      ]}
    >
      <span className="max-lg:sr-only">{words}</span>
    </MenuButton>
  );
}

function GroupMenu({ state }: { state: ListState }) {
  const text = useText();
  const { fields } = useDirectory();
  const plain: [string, Words][] = [
    ['stage', { id: 'field.stage', defaultMessage: 'Stage' }],
    ['owner', { id: 'field.owner', defaultMessage: 'Owner' }],
    ['source', { id: 'field.source', defaultMessage: 'Source' }],
    ['tag', { id: 'field.tag', defaultMessage: 'Tag' }],
  ];
  const choices = fields
    .filter((it) => it.type === 'choice')
    .map((it) => ({ id: `customFields.${it.key}`, label: it.name }));
  const options = [...plain.map(([id, words]) => ({ id, label: text(words) })), ...choices];
  const chosen = options.find((it) => it.id === state.group);
  return (
    <MenuButton
      tone="quiet"
      label={
        chosen
          ? text({ id: 'leads.group.by', defaultMessage: 'Grouped by {by}' }, { by: chosen.label })
          : text({ id: 'leads.group', defaultMessage: 'Group' })
      }
      icon={<Rows3 size={16} />}
      placement="bottom end"
      items={[
        {
          id: 'none',
          label: text({ id: 'leads.group.none', defaultMessage: 'No groups' }),
          isChosen: !chosen,
          onAction: () => state.change({ group: state.view?.groupBy ? 'none' : undefined }, 'replace'),
        },
        ...options.map(({ id, label }) => ({
          id,
          label,
          isChosen: id === state.group,
          onAction: () => state.change({ group: id }, 'replace'),
        })),
      ]}
    >
      <span className="max-lg:sr-only">{chosen?.label ?? text({ id: 'leads.group', defaultMessage: 'Group' })}</span>
    </MenuButton>
  );
}

interface HeadProps {
  state: ListState;
  onAdd: () => void;
  onExport: () => void;
}

/** What is done with the list as a whole. */
export function ListActions({ state, onAdd, onExport }: HeadProps) {
  const text = useText();
  const { can } = useSession();
  return (
    <div className="flex items-center gap-1">
      <Button
        tone="quiet"
        icon={<Trash2 size={16} />}
        aria-pressed={state.filter.deleted}
        onPress={() => state.change({ trash: state.filter.deleted ? undefined : true, lead: undefined })}
        className={state.filter.deleted ? 'bg-accent-soft! text-accent-ink!' : ''}
      >
        <span className="max-lg:sr-only">{text({ id: 'leads.trash', defaultMessage: 'Trash' })}</span>
      </Button>
      {can('leads:export') && (
        <Button tone="quiet" icon={<Download size={16} />} onPress={onExport}>
          <span className="max-lg:sr-only">{text({ id: 'leads.export', defaultMessage: 'Export' })}</span>
        </Button>
      )}
      {can('leads:create') && (
        <Button tone="primary" icon={<Plus size={16} />} onPress={onAdd}>
          {text({ id: 'leads.add', defaultMessage: 'Add lead' })}
        </Button>
      )}
    </div>
  );
}
