import { ArrowDown, ArrowRight, ArrowUp, ArrowUpToLine, Check, CheckSquare, PanelRightOpen, Tag, UserRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useSession } from '~/app/session';
import { useStore } from '~/app/store';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { FloatingMenu, type MenuEntries, type MenuItem } from '~/ui/menu';
import { StageMark } from '~/ui/stage-pill';
import { assignLeads } from './bulk-actions';
import { useScreen } from './lead-card';
import { useMembers } from './members';
import type { MenuOpen, Open, Screen } from './screen';

const isMenu = (open: Open | undefined): open is MenuOpen =>
  open?.kind === 'stage' || open?.kind === 'card' || open?.kind === 'assign';

/**
 * The menus that a card opens: its actions, the stages it can go to, the people it can belong to. There is one at a
 * time, and each opening is a menu of its own: two of them would take the focus from each other.
 */
export function BoardMenus() {
  const screen = useScreen();
  const open = useStore(screen.open);
  const [shown, setShown] = useState<{ menu: MenuOpen; count: number }>();
  if (isMenu(open) && open !== shown?.menu) setShown({ menu: open, count: (shown?.count ?? 0) + 1 });
  return shown && <BoardMenu key={shown.count} menu={shown.menu} isOpen={open === shown.menu} />;
}

function BoardMenu({ menu, isOpen }: { menu: MenuOpen; isOpen: boolean }) {
  const screen = useScreen();
  const text = useText();
  const stages = useStageItems(screen);
  const people = useOwnerItems(screen);
  const id = 'id' in menu ? menu.id : (menu.ids[0] ?? '');
  const anchor = useMemo(() => cardAnchor(id), [id]);
  const name = screen.store.card(id)?.name ?? '';
  const common = {
    anchor,
    isOpen,
    onOpenChange: (next: boolean) => {
      // An action of this menu may have opened the next thing already.
      if (!next && screen.open.get() === menu) screen.open.set(undefined);
    },
    focusAfter: () => focusAfter(screen),
  };
  switch (menu.kind) {
    case 'card':
      return (
        <FloatingMenu
          {...common}
          label={text({ id: 'board.menu.card', defaultMessage: 'Actions for {name}' }, { name })}
          items={cardItems(screen, id, text)}
        />
      );
    case 'stage':
      return (
        <FloatingMenu
          {...common}
          label={text({ id: 'board.menu.stage', defaultMessage: 'Move {name} to stage' }, { name })}
          filter={text({ id: 'board.menu.stage.filter', defaultMessage: 'Find a stage' })}
          items={stages(id)}
        />
      );
    case 'assign':
      return (
        <FloatingMenu
          {...common}
          label={text({ id: 'board.menu.assign', defaultMessage: 'Assign {name}' }, { name })}
          filter={text({ id: 'board.menu.assign.filter', defaultMessage: 'Find a person' })}
          items={people(menu.ids)}
        />
      );
  }
}

/** The overlay gives focus to the element it came from, which may have moved away; the cursor has not. */
function focusAfter({ controller, open }: Screen): void {
  if (open.get() === undefined) controller.focusCursor();
}

/** The card as it stands in the page when the menu asks; a move draws it anew elsewhere. */
const cardAnchor = (id: string): { readonly current: Element | null } => ({
  get current() {
    return document.querySelector(`[data-card="${id}"] [role="gridcell"]`);
  },
});

type TextOf = ReturnType<typeof useText>;

function cardItems(screen: Screen, id: string, text: TextOf): MenuEntries {
  const { controller, host, open, store } = screen;
  const isSelected = controller.selection.has(id, store.columnOf(id) ?? '');
  const moves: MenuItem[] = host().canMove()
    ? [
        {
          id: 'move',
          label: text({ id: 'board.card.move', defaultMessage: 'Move to stage…' }),
          icon: <ArrowRight size={15} />,
          keys: 's',
          onAction: () => open.set({ kind: 'stage', id }),
        },
        ...edgeItems(screen, id, text),
      ]
    : [];
  return [
    {
      section: text({ id: 'board.card.section.open', defaultMessage: 'Lead' }),
      items: [
        {
          id: 'open',
          label: text({ id: 'board.card.open', defaultMessage: 'Open' }),
          icon: <PanelRightOpen size={15} />,
          keys: 'Enter',
          onAction: () => host().onOpen(id),
        },
        {
          id: 'select',
          label: isSelected
            ? text({ id: 'board.card.deselect', defaultMessage: 'Deselect' })
            : text({ id: 'board.card.select', defaultMessage: 'Select' }),
          icon: <CheckSquare size={15} />,
          keys: 'x',
          onAction: () => controller.toggle(id),
        },
      ],
    },
    ...(moves.length > 0 ? [{ section: text({ id: 'board.card.section.move', defaultMessage: 'Move' }), items: moves }] : []),
    {
      section: text({ id: 'board.card.section.change', defaultMessage: 'Change' }),
      items: [
        {
          id: 'assign',
          label: text({ id: 'board.card.assign', defaultMessage: 'Assign…' }),
          icon: <UserRound size={15} />,
          keys: 'a',
          onAction: () => host().onAct('assign', id),
        },
        {
          id: 'tag',
          label: text({ id: 'board.card.tag', defaultMessage: 'Add tags…' }),
          icon: <Tag size={15} />,
          keys: 't',
          onAction: () => host().onAct('tag', id),
        },
      ],
    },
  ];
}

/** What dragging within the column does, for those who do not drag. */
function edgeItems({ store, host }: Screen, id: string, text: TextOf): MenuItem[] {
  const column = store.columnOf(id);
  if (column === undefined || !host().isOrderable()) return [];
  const row = store.indexOf(id);
  const to = (index: number) => () => host().onMove([id], { column, index });
  const items: (MenuItem | false)[] = [
    row > 0 && { id: 'up', label: text({ id: 'board.card.up', defaultMessage: 'Move up' }), icon: <ArrowUp size={15} />, onAction: to(row - 1) },
    row < store.rows(column) - 1 && {
      id: 'down',
      label: text({ id: 'board.card.down', defaultMessage: 'Move down' }),
      icon: <ArrowDown size={15} />,
      onAction: to(row + 1),
    },
    row > 0 && { id: 'top', label: text({ id: 'board.card.top', defaultMessage: 'Move to the top' }), icon: <ArrowUpToLine size={15} />, onAction: to(0) },
  ];
  return items.filter((it) => it !== false);
}

function useStageItems({ store, data, host, controller }: Screen): (id: string) => MenuItem[] {
  const formats = useFormats();
  const text = useText();
  return (id) => {
    const own = store.columnOf(id);
    return data.stages
      .filter((stage) => stage.movingTo === undefined || stage.movingTo === null)
      .map((stage) => ({
        id: stage.id,
        label: stage.name,
        icon: stage.id === own ? <Check size={15} /> : <StageMark color={stage.color} type={stage.type as 'open'} />,
        hint:
          stage.id === own
            ? text({ id: 'board.stage.here', defaultMessage: 'is here' })
            : formats.number(store.has(stage.id) ? store.total(stage.id) : stage.count),
        onAction: () => {
          const card = store.card(id);
          const ids = controller.taken(id);
          if (card && (stage.id !== own || ids.length > 1)) {
            host().onMove(ids, { column: stage.id, index: host().rank(card, stage.id) ?? 0 });
          }
        },
      }));
  };
}

function useOwnerItems(screen: Screen): (ids: readonly string[]) => MenuItem[] {
  const { user } = useSession();
  const members = useMembers();
  const text = useText();
  return (ids) => {
    const active = members.filter((it) => it.active).toSorted((a, b) => Number(b.userId === user.id) - Number(a.userId === user.id));
    const people: MenuItem[] = active.map((it) => ({
      id: it.userId,
      label: it.userId === user.id ? text({ id: 'board.assign.me', defaultMessage: '{name} (you)' }, { name: it.name }) : it.name,
      onAction: () => void assignLeads(screen, { ids }, it.userId, it.name),
    }));
    const nobody = {
      id: 'nobody',
      label: text({ id: 'board.assign.nobody', defaultMessage: 'Nobody' }),
      onAction: () => void assignLeads(screen, { ids }, null, ''),
    };
    return [...people, nobody];
  };
}
