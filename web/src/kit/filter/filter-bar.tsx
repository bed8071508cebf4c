import { ListFilter, SlidersHorizontal, X } from 'lucide-react';
import { Suspense, lazy, useMemo, useRef, useState, type RefObject } from 'react';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { FloatingPanel } from '~/ui/popover';
import { IconButton } from '~/ui/icon-button';
import { type MenuEntries, MenuButton } from '~/ui/menu';
import { useDirectory } from '../directory';
import { type FilterField, fieldOf, filterFields, opsOf } from './fields';
import { EVERYTHING, type Group, type LeadFilter, type Node, type Test, countTests, isGroup, replaceAt } from './model';
import { chipParts, groupWords, testWords } from './words';

const TestEditor = lazy(() => import('./test-editor'));
const FilterBuilder = lazy(() => import('./builder'));

export interface FilterBarProps {
  filter: LeadFilter;
  onChange: (filter: LeadFilter) => void;
  /** Fields that make no sense here, such as the pipeline on its own board. */
  without?: readonly string[];
}

/** What is filtered by, as chips: each opens to be changed, and goes away by its cross. */
export function FilterBar({ filter, onChange, without }: FilterBarProps) {
  const text = useText();
  const directory = useDirectory();
  const fields = useMemo(() => filterFields(directory).filter((it) => !without?.includes(it.id)), [directory, without]);
  const add = useRef<HTMLSpanElement>(null);
  const [draft, setDraft] = useState<Test>();
  const [isBuilding, setBuilding] = useState(false);
  const { root } = filter;
  const known = { fields, directory };
  const setRoot = (next: Group) => onChange({ ...filter, root: next.members.length === 0 ? EVERYTHING : next });
  const begin = (field: FilterField) => setDraft({ field: field.id, op: opsOf(field)[0] ?? 'is' });
  // At the outside, "any" and "none" are one chip: taking the members apart would change what they mean.
  const chips: readonly Node[] = root.mode === 'all' ? root.members : [root];
  const remove = (index: number) => {
    const node = chips[index];
    setRoot(root.mode === 'all' ? replaceAt(root, [index], undefined) : EVERYTHING);
    if (node)
      announce(
        text({ id: 'filter.removed', defaultMessage: 'Filter removed: {what}' }, { what: nodeWords(node, known) }),
      );
    requestAnimationFrame(() => add.current?.querySelector('button')?.focus());
  };
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5">
      <span ref={add} className="contents">
        <MenuButton
          label={text({ id: 'filter.add', defaultMessage: 'Add filter' })}
          tone="plain"
          icon={<ListFilter size={15} />}
          filter={text({ id: 'filter.find', defaultMessage: 'Find a field' })}
          items={() => fieldMenu(fields, begin, text)}
        >
          {text({ id: 'filter.add.short', defaultMessage: 'Filter' })}
        </MenuButton>
      </span>
      {chips.map((node, index) => (
        <Chip
          // A condition has no name of its own; its place is what it is.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          node={node}
          known={known}
          onApply={(test) => setRoot(replaceAt(root, [index], test))}
          onRemove={() => remove(index)}
          onBuild={() => setBuilding(true)}
        />
      ))}
      {countTests(root) > 0 && (
        <IconButton
          label={text({ id: 'filter.advanced', defaultMessage: 'All filters, with groups' })}
          icon={<SlidersHorizontal size={15} />}
          onPress={() => setBuilding(true)}
        />
      )}
      <DraftPanel
        draft={draft}
        anchor={add}
        fields={fields}
        onClose={() => setDraft(undefined)}
        onApply={(test) => {
          setDraft(undefined);
          setRoot(
            root.mode === 'all'
              ? { ...root, members: [...root.members, test] }
              : { mode: 'all', members: [root, test] },
          );
          announce(
            text({ id: 'filter.added', defaultMessage: 'Filter added: {what}' }, { what: testWords(test, known) }),
          );
        }}
      />
      {isBuilding && (
        <Suspense>
          <FilterBuilder
            filter={filter}
            fields={fields}
            directory={directory}
            onClose={() => setBuilding(false)}
            onApply={(next) => {
              setBuilding(false);
              setRoot(next);
            }}
          />
        </Suspense>
      )}
    </div>
  );

  function fieldMenu(
    all: readonly FilterField[],
    onField: (field: FilterField) => void,
    say: typeof text,
  ): MenuEntries {
    const section = (name: FilterField['section'], label: string) => ({
      section: label,
      isNamed: true,
      items: all
        .filter((it) => it.section === name)
        .map((it) => ({ id: it.id, label: it.label, onAction: () => onField(it) })),
    });
    return [
      section('lead', say({ id: 'filter.section.lead', defaultMessage: 'Lead' })),
      section('time', say({ id: 'filter.section.time', defaultMessage: 'Dates' })),
      section('custom', say({ id: 'filter.section.custom', defaultMessage: 'Custom fields' })),
      {
        section: 'more',
        items: [
          {
            id: '…groups',
            label: say({ id: 'filter.groups', defaultMessage: 'Groups of conditions…' }),
            icon: <SlidersHorizontal size={15} />,
            onAction: () => setBuilding(true),
          },
        ],
      },
    ].filter((it) => it.items.length > 0);
  }
}

type Known = Parameters<typeof testWords>[1];

const nodeWords = (node: Node, known: Known) => (isGroup(node) ? groupWords(node, known) : testWords(node, known));

interface ChipProps {
  node: Node;
  known: Known;
  onApply: (test: Test) => void;
  onRemove: () => void;
  onBuild: () => void;
}

function Chip({ node, known, onApply, onRemove, onBuild }: ChipProps) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const words = nodeWords(node, known);
  return (
    <span className="inline-flex max-w-80 min-w-0 items-center rounded-full border border-line bg-surface">
      <Button
        ref={anchor}
        tone="quiet"
        size="small"
        aria-label={text({ id: 'filter.change', defaultMessage: 'Change filter: {what}' }, { what: words })}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => (isGroup(node) ? onBuild() : setOpen(true))}
        className="min-w-0 shrink rounded-full! pe-1! [&>span]:min-w-0"
      >
        <ChipWords node={node} known={known} />
      </Button>
      <IconButton
        label={text({ id: 'filter.drop', defaultMessage: 'Remove filter: {what}' }, { what: words })}
        icon={<X size={13} />}
        size="small"
        onPress={onRemove}
        className="size-[24px]! min-h-[24px]! rounded-full!"
      />
      {!isGroup(node) && (
        <FloatingPanel label={words} anchor={anchor} isOpen={isOpen} onOpenChange={setOpen}>
          <Suspense>
            <TestEditor
              test={node}
              fields={known.fields}
              directory={known.directory}
              onApply={(test) => {
                setOpen(false);
                onApply(test);
              }}
              onRemove={() => {
                setOpen(false);
                onRemove();
              }}
            />
          </Suspense>
        </FloatingPanel>
      )}
    </span>
  );
}

function ChipWords({ node, known }: { node: Node; known: Known }) {
  if (isGroup(node)) return <span className="truncate">{groupWords(node, known)}</span>;
  const { name, op, value } = chipParts(node, known);
  return (
    <span className="truncate font-normal">
      <span className="text-muted">
        {name} {op}{' '}
      </span>
      <span className="font-medium" dir="auto">
        {value}
      </span>
    </span>
  );
}

interface DraftProps {
  draft: Test | undefined;
  anchor: RefObject<HTMLElement | null>;
  fields: readonly FilterField[];
  onApply: (test: Test) => void;
  onClose: () => void;
}

/** The panel for a filter that is being added. It stands at the button that began it. */
function DraftPanel({ draft, anchor, fields, onApply, onClose }: DraftProps) {
  const directory = useDirectory();
  const button = useMemo(
    () => ({
      get current() {
        return anchor.current?.querySelector('button') ?? null;
      },
    }),
    [anchor],
  );
  return (
    <FloatingPanel
      label={draft ? fieldOf(fields, draft.field).label : ''}
      anchor={button}
      isOpen={draft !== undefined}
      onOpenChange={(next) => !next && onClose()}
    >
      {draft && (
        <Suspense>
          <TestEditor key={draft.field} test={draft} fields={fields} directory={directory} onApply={onApply} />
        </Suspense>
      )}
    </FloatingPanel>
  );
}
