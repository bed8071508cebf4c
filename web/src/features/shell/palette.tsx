import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronRight, User, UserRound } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, bodyOf } from '~/api/client';
import { membersQuery } from '~/api/queries/members';
import { type Command, keysOf, labelOf, useRegisteredCommands } from '~/app/commands';
import { ranked } from '~/app/search-text';
import { useSession } from '~/app/session';
import { createStore, useStore } from '~/app/store';
import { useText, type Words } from '~/i18n';
import { Palette, type PaletteGroup, type PaletteItem } from '~/ui/palette';

const LEADS_SHOWN = 8;
const COMMANDS_SHOWN = 12;
const RECENT_KEPT = 5;

/** Commands chosen lately in this tab, the last one first. */
const recent = createStore<readonly string[]>([]);

/** `>` looks among commands alone, `@` among people; anything else among leads and commands. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const close = () => {
    onClose();
    setTyped('');
  };
  const mode = typed.startsWith('>') ? 'commands' : typed.startsWith('@') ? 'people' : 'all';
  const query = (mode === 'all' ? typed : typed.slice(1)).trim();
  const leads = useLeads(mode === 'all' ? query : '', isOpen);
  const people = usePeople(mode === 'people' ? query : undefined);
  const found = useCommands(mode === 'people' ? undefined : query);
  const groups = [leads.group, people, ...found].filter((it) => it.items.length > 0);
  return (
    <Palette
      isOpen={isOpen}
      onClose={close}
      label={text({ id: 'palette.label', defaultMessage: 'Search and commands' })}
      placeholder={text({ id: 'palette.placeholder', defaultMessage: 'Find a lead or a command' })}
      query={typed}
      onQuery={setTyped}
      groups={groups}
      isLooking={leads.isLooking}
      empty={
        leads.isLooking
          ? text({ id: 'palette.looking', defaultMessage: 'Looking…' })
          : text({ id: 'palette.none', defaultMessage: 'Nothing found. Try a part of a name, e-mail, phone or company.' })
      }
      footer={text({ id: 'palette.footer', defaultMessage: '> commands · @ people · digits find a phone number' })}
    />
  );
}

function useLeads(typed: string, isOpen: boolean): { group: PaletteGroup; isLooking: boolean } {
  const text = useText();
  const navigate = useNavigate();
  const { can } = useSession();
  const search = useDeferredValue(typed);
  const { data, isPlaceholderData, isLoading, fetchStatus } = useQuery({
    queryKey: ['leads', 'palette', search],
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET('/leads', { params: { query: { search, limit: LEADS_SHOWN } }, signal }))).data,
    enabled: isOpen && search.length > 1 && can('leads:view'),
    placeholderData: (before) => before,
    staleTime: 10_000,
  });
  const isAsked = search.length > 1 && can('leads:view');
  const items = isAsked ? (data ?? []) : [];
  return {
    isLooking: search !== typed || (isAsked && fetchStatus === 'fetching' && (isLoading || isPlaceholderData)),
    group: {
      id: 'leads',
      title: text({ id: 'palette.leads', defaultMessage: 'Leads' }),
      items: items.map((lead) => ({
        id: `lead:${lead.id}`,
        label: lead.name,
        hint: lead.company ?? lead.email ?? lead.phoneDisplay ?? undefined,
        icon: <User size={15} />,
        onChoose: () => void navigate({ to: '/board', search: { lead: lead.id } as never }),
      })),
    },
  };
}

function usePeople(typed: string | undefined): PaletteGroup {
  const text = useText();
  const navigate = useNavigate();
  const { can } = useSession();
  const { data } = useQuery({ ...membersQuery, enabled: typed !== undefined && can('members:view') });
  const shown = typed === undefined ? [] : ranked(data ?? [], typed, (it) => `${it.name} ${it.email}`);
  return {
    id: 'people',
    title: text({ id: 'palette.people', defaultMessage: 'People' }),
    items: shown.map((it) => ({
      id: `person:${it.userId}`,
      label: it.name,
      hint: it.email,
      icon: <UserRound size={15} />,
      onChoose: () => void navigate({ href: `/settings/members?q=${encodeURIComponent(it.email)}` }),
    })),
  };
}

const SECTIONS: Record<Command['section'], Words> = {
  go: { id: 'commands.go', defaultMessage: 'Go to' },
  create: { id: 'commands.create', defaultMessage: 'Create' },
  lead: { id: 'commands.lead', defaultMessage: 'Lead' },
  selection: { id: 'commands.selection', defaultMessage: 'Selection' },
  list: { id: 'commands.list', defaultMessage: 'List' },
  board: { id: 'commands.board', defaultMessage: 'Board' },
  view: { id: 'commands.view', defaultMessage: 'View' },
  general: { id: 'commands.general', defaultMessage: 'General' },
};

export const sectionWords = (section: Command['section']): Words => SECTIONS[section];

function useCommands(typed: string | undefined): PaletteGroup[] {
  const text = useText();
  const all = useRegisteredCommands();
  const lately = useStore(recent);
  if (typed === undefined) return [];
  const offered = all.filter((it) => it.handledBy !== 'widget' && (it.when?.() ?? true));
  const shown = ranked(offered, typed, (it) => `${labelOf(it)} ${it.find ?? ''}`);
  if (typed === '') {
    const first = lately.flatMap((id) => shown.find((it) => it.id === id) ?? []);
    const rest = shown.filter((it) => !first.includes(it));
    const groups = Object.keys(SECTIONS).map((section) => ({
      id: section,
      title: text(SECTIONS[section as Command['section']]),
      items: rest.filter((it) => it.section === section).map(item),
    }));
    const title = text({ id: 'palette.recent', defaultMessage: 'Recent' });
    return [{ id: 'recent', title, items: first.map(item) }, ...groups];
  }
  const title = text({ id: 'palette.commands', defaultMessage: 'Commands' });
  return [{ id: 'commands', title, items: shown.slice(0, COMMANDS_SHOWN).map(item) }];
}

function item(command: Command): PaletteItem {
  return {
    id: command.id,
    label: labelOf(command),
    keys: keysOf(command)[0],
    icon: <ChevronRight size={15} />,
    onChoose: () => {
      recent.set((before) => [command.id, ...before.filter((it) => it !== command.id)].slice(0, RECENT_KEPT));
      command.run();
    },
  };
}
