import { useQuery } from '@tanstack/react-query';
import { BellRing, ChevronDown, Copy, Ellipsis, Lock, Pencil, Pin, Save, Trash2, Users } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '~/api/action';
import { type View, viewCountsQuery } from '~/api/queries/views';
import { type Words, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { cx } from '~/ui/cx';
import { ConfirmDialog } from '~/ui/dialog';
import { Link } from '~/ui/link';
import { MenuButton, type MenuEntries } from '~/ui/menu';
import type { ListState } from './list-state';
import { changeView, chooseFirstView, deleteView, duplicateView, pinView, subscribeToView } from './view-actions';

interface Props {
  state: ListState;
  /** Opens the dialog for a view: a new one, or the name and sharing of this one. */
  onDialog: (what: 'new' | 'share') => void;
  /** What the table shows now, as a view keeps it. */
  body: () => Parameters<typeof changeView.request>[0]['body'];
}

/** The saved views: the pinned ones in sight with their counts, the others in a menu. */
export function ViewTabs({ state, onDialog, body }: Props) {
  const text = useText();
  const { views, view } = state;
  const { data: counts } = useQuery({ ...viewCountsQuery, enabled: views.some((it) => it.mine.pin) });
  const shown = views.filter((it) => it.layout !== 'calendar');
  const pinned = shown
    .filter((it) => it.mine.pin)
    .toSorted((one, other) => (one.mine.pin?.position ?? 0) - (other.mine.pin?.position ?? 0));
  const rest = shown.filter((it) => !it.mine.pin);
  const inSight = view && !view.mine.pin ? [...pinned, view] : pinned;
  const all = text({ id: 'view.all', defaultMessage: 'All leads' });
  const hasFirst = views.some((it) => it.mine.defaultOn.includes('leads'));
  const nav = useRef<HTMLElement>(null);
  const hasDeleted = useRef(false);
  // The menu a view was deleted from goes with the view; what is shown instead takes the focus.
  useEffect(() => {
    if (!hasDeleted.current || view) return;
    hasDeleted.current = false;
    nav.current?.querySelector<HTMLElement>('[aria-current=page]')?.focus();
  });
  return (
    <nav
      ref={nav}
      aria-label={text({ id: 'view.views', defaultMessage: 'Saved views' })}
      className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto"
    >
      <Tab view={hasFirst ? 'all' : undefined} label={all} isCurrent={!view} />
      {inSight.map((it) => {
        const count = counts?.find((row) => row.viewId === it.id);
        return (
          <Tab
            key={it.id}
            view={it.id}
            label={it.name}
            isCurrent={it.id === view?.id}
            count={count?.count ?? undefined}
            isCapped={count?.capped ?? false}
            isLocked={it.locked}
          />
        );
      })}
      {view && (
        <ViewMenu
          view={view}
          state={state}
          onDialog={onDialog}
          body={body}
          onDeleted={() => {
            hasDeleted.current = true;
            state.change(openView('all'), 'replace');
          }}
        />
      )}
      {rest.some((it) => it.id !== view?.id) && <OtherViews views={rest} current={view?.id} state={state} />}
    </nav>
  );
}

interface TabProps {
  view: string | undefined;
  label: string;
  isCurrent: boolean;
  count?: number | undefined;
  isCapped?: boolean;
  isLocked?: boolean;
}

function Tab({ view, label, isCurrent, count, isCapped = false, isLocked = false }: TabProps) {
  const format = useFormats();
  return (
    <Link
      to="."
      search={(view === undefined ? {} : { view }) as never}
      tone="bare"
      {...(isCurrent && { 'aria-current': 'page' })}
      className={cx(
        'relative flex min-h-control shrink-0 items-center gap-1.5 rounded-md px-2.5 font-medium whitespace-nowrap -outline-offset-2 transition-colors',
        isCurrent ? 'bg-accent-soft text-accent-ink' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      {isLocked && <Lock size={13} />}
      <span className="max-w-48 truncate" dir="auto">
        {label}
      </span>
      {count !== undefined && (
        <span className="text-small font-normal tabular-nums">
          {format.number(count)}
          {isCapped && '+'}
        </span>
      )}
    </Link>
  );
}

const SHARED: Record<View['visibility'], Words> = {
  private: { id: 'view.section.private', defaultMessage: 'Mine' },
  team: { id: 'view.section.team', defaultMessage: 'Team' },
  everyone: { id: 'view.section.everyone', defaultMessage: 'Everyone' },
};

function OtherViews({
  views,
  current,
  state,
}: {
  views: readonly View[];
  current: string | undefined;
  state: ListState;
}) {
  const text = useText();
  const section = (visibility: View['visibility']) => ({
    section: text(SHARED[visibility]),
    isNamed: true,
    items: views
      .filter((it) => it.visibility === visibility && it.id !== current)
      .map((it) => ({ id: it.id, label: it.name, onAction: () => state.change(openView(it.id)) })),
  });
  const items: MenuEntries = [section('private'), section('team'), section('everyone')].filter(
    (it) => it.items.length > 0,
  );
  return (
    <MenuButton
      label={text({ id: 'view.others', defaultMessage: 'Other views' })}
      tone="quiet"
      items={items}
      filter={text({ id: 'view.find', defaultMessage: 'Find a view' })}
    >
      {text({ id: 'view.more', defaultMessage: 'More' })}
      <ChevronDown size={14} />
    </MenuButton>
  );
}

/** A view is opened as it was saved: what was changed about another one is left behind. */
const openView = (view: string) => ({
  view,
  q: undefined,
  f: undefined,
  sort: undefined,
  group: undefined,
  cols: undefined,
  trash: undefined,
  density: undefined,
});

function ViewMenu({
  view,
  state,
  onDialog,
  body,
  onDeleted,
}: { view: View; state: ListState; onDeleted: () => void } & Pick<Props, 'onDialog' | 'body'>) {
  const text = useText();
  const [isDeleting, setDeleting] = useState(false);
  const change = useAction(changeView);
  const remove = useAction(deleteView);
  const copy = useAction(duplicateView);
  const pin = useAction(pinView);
  const first = useAction(chooseFirstView);
  const subscribe = useAction(subscribeToView);
  const { mine } = view;
  const isFirst = mine.defaultOn.includes('leads');
  const told = { entering: mine.subscription?.entering ?? false, leaving: mine.subscription?.leaving ?? false };
  const locked = mine.mayChange
    ? undefined
    : text({
        id: 'view.locked',
        defaultMessage: 'It is shared, and only its owner may change it. Save a copy instead.',
      });
  const items: MenuEntries = [
    {
      section: 'mine',
      items: [
        {
          id: 'pin',
          label: text({ id: 'view.pin', defaultMessage: 'Pinned' }),
          icon: <Pin size={15} />,
          isChosen: mine.pin != null,
          onAction: () => void pin.run({ view, pinned: mine.pin == null }),
        },
        {
          id: 'first',
          label: text({ id: 'view.make.first', defaultMessage: 'Begin with this view' }),
          isChosen: isFirst,
          onAction: () => void first.run({ view, first: !isFirst }),
        },
        {
          id: 'entering',
          label: text({ id: 'view.tell.entering', defaultMessage: 'Tell me of leads that come in' }),
          icon: <BellRing size={15} />,
          isChosen: told.entering,
          onAction: () => void subscribe.run({ view, ...told, entering: !told.entering }),
        },
        {
          id: 'leaving',
          label: text({ id: 'view.tell.leaving', defaultMessage: 'Tell me of leads that go out' }),
          isChosen: told.leaving,
          onAction: () => void subscribe.run({ view, ...told, leaving: !told.leaving }),
        },
      ],
    },
    {
      section: 'change',
      items: [
        {
          id: 'save',
          label: text({ id: 'view.save', defaultMessage: 'Save changes' }),
          icon: <Save size={15} />,
          reason:
            locked ??
            (state.isChanged ? undefined : text({ id: 'view.unchanged', defaultMessage: 'Nothing has changed' })),
          onAction: () =>
            void change
              .run({ view, body: body() })
              .then((it) => it.state === 'done' && state.change(openView(view.id), 'replace')),
        },
        {
          id: 'share',
          label: text({ id: 'view.rename', defaultMessage: 'Name and sharing…' }),
          icon: view.visibility === 'private' ? <Pencil size={15} /> : <Users size={15} />,
          reason: locked,
          onAction: () => onDialog('share'),
        },
        {
          id: 'copy',
          label: text({ id: 'view.copy', defaultMessage: 'Make a private copy' }),
          icon: <Copy size={15} />,
          onAction: () => void copy.run(view).then((it) => it.state === 'done' && state.change(openView(it.result.id))),
        },
        {
          id: 'delete',
          label: text({ id: 'view.delete', defaultMessage: 'Delete…' }),
          icon: <Trash2 size={15} />,
          tone: 'danger',
          reason: locked,
          onAction: () => setDeleting(true),
        },
      ],
    },
  ];
  return (
    <>
      <MenuButton
        label={text({ id: 'view.menu', defaultMessage: 'View {name}' }, { name: view.name })}
        icon={<Ellipsis size={16} />}
        size="small"
        items={items}
      />
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={text({ id: 'view.delete.title', defaultMessage: 'Delete the view {name}?' }, { name: view.name })}
        lead={
          view.visibility === 'private'
            ? text({ id: 'view.delete.private', defaultMessage: 'The leads in it stay.' })
            : text({
                id: 'view.delete.shared',
                defaultMessage: 'It goes for everybody whom it is shared with. The leads in it stay.',
              })
        }
        action={text({ id: 'view.delete.do', defaultMessage: 'Delete view' })}
        onConfirm={async () => {
          const outcome = await remove.run(view);
          if (outcome.state === 'done') onDeleted();
        }}
      />
    </>
  );
}
