import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Avatar } from '~/ui/avatar';
import { type MenuEntries, MenuButton } from '~/ui/menu';
import { openPanel } from './panels';
import { deeds } from './shell-commands';
import type { SidebarWidth } from './sidebar';

/** Who is signed in, where, and what belongs to the person alone. */
export function PersonMenu({ width, onMove }: { width: SidebarWidth; onMove?: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const { user, workspace, workspaces, prefs, setPref } = useSession();
  const label = text({ id: 'person.menu', defaultMessage: '{name}, {workspace}: account' }, { name: user.name, workspace: workspace.name });
  const theme = (id: 'system' | 'light' | 'dark', name: string, Icon: typeof Sun) => ({
    id: `theme.${id}`,
    label: name,
    icon: <Icon size={15} />,
    isChosen: prefs.theme === id,
    onAction: () => setPref('theme', id),
  });
  const entries = (): MenuEntries => [
    {
      section: text({ id: 'person.workspaces', defaultMessage: 'Workspace' }),
      isNamed: workspaces.length > 1,
      items:
        workspaces.length > 1
          ? workspaces.map((it) => ({
              id: `workspace.${it.id}`,
              label: it.name,
              isChosen: it.id === workspace.id,
              onAction: () => void deeds().then((deed) => deed.switchWorkspace(it.id)),
            }))
          : [],
    },
    {
      section: text({ id: 'person.look', defaultMessage: 'Appearance' }),
      isNamed: true,
      items: [
        theme('system', text({ id: 'theme.system', defaultMessage: 'As the device' }), Monitor),
        theme('light', text({ id: 'theme.light', defaultMessage: 'Light' }), Sun),
        theme('dark', text({ id: 'theme.dark', defaultMessage: 'Dark' }), Moon),
      ],
    },
    {
      section: text({ id: 'person.account', defaultMessage: 'Account' }),
      items: [
        {
          id: 'profile',
          label: text({ id: 'person.profile', defaultMessage: 'Profile' }),
          icon: <UserRound size={15} />,
          onAction: () => {
            onMove?.();
            void navigate({ to: '/profile' as never });
          },
        },
        {
          id: 'help',
          label: text({ id: 'person.shortcuts', defaultMessage: 'Keyboard shortcuts' }),
          icon: <Keyboard size={15} />,
          keys: '?',
          onAction: () => openPanel.set('help'),
        },
        {
          id: 'sign-out',
          label: text({ id: 'person.sign-out', defaultMessage: 'Sign out' }),
          icon: <LogOut size={15} />,
          onAction: () => void deeds().then((deed) => deed.signOut()),
        },
      ],
    },
  ];
  return (
    <MenuButton
      label={label}
      items={() => entries().filter((it) => !('items' in it) || (it.items?.length ?? 0) > 0)}
      placement="top start"
      tone="quiet"
      className={width === 'wide' ? 'mt-1 w-full justify-start! px-1.5! py-1 [&>span]:w-full' : 'mt-1 w-full px-0!'}
    >
      <Avatar name={user.name} size="small" />
      {width === 'wide' && (
        <span className="min-w-0 flex-1 text-start leading-tight">
          <span className="block truncate">{user.name}</span>
          <span className="block truncate text-small font-normal text-muted">{workspace.name}</span>
        </span>
      )}
    </MenuButton>
  );
}
