import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useSession } from '~/app/session';
import { signOut, switchWorkspace } from '~/app/sign-out';
import { useText } from '~/i18n';
import { FloatingMenu, type FloatingMenuProps, type MenuEntries } from '~/ui/menu';
import { openPanel } from './panels';

export interface PersonEntriesProps extends Omit<FloatingMenuProps, 'items' | 'placement'> {
  onMove: (() => void) | undefined;
}

/** What is offered to the person alone; see `person-menu`. */
export default function PersonEntries({ onMove, ...menu }: PersonEntriesProps) {
  const text = useText();
  const navigate = useNavigate();
  const { workspace, workspaces, prefs, setPref } = useSession();
  const theme = (id: 'system' | 'light' | 'dark', name: string, Icon: typeof Sun) => ({
    id: `theme.${id}`,
    label: name,
    icon: <Icon size={15} />,
    isChosen: prefs.theme === id,
    onAction: () => setPref('theme', id),
  });
  const entries: MenuEntries = [
    {
      section: text({ id: 'person.workspaces', defaultMessage: 'Workspace' }),
      isNamed: workspaces.length > 1,
      items:
        workspaces.length > 1
          ? workspaces.map((it) => ({
              id: `workspace.${it.id}`,
              label: it.name,
              isChosen: it.id === workspace.id,
              onAction: () => void switchWorkspace(it.id),
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
          onAction: () => void signOut(),
        },
      ],
    },
  ];
  const offered = entries.filter((it) => !('items' in it) || (it.items?.length ?? 0) > 0);
  return <FloatingMenu {...menu} items={offered} placement="top start" />;
}
