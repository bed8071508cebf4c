import { useNavigate } from '@tanstack/react-router';
import { sayUndone, showProblem } from '~/api/action';
import { asProblem } from '~/api/client';
import { announce } from '~/app/announce';
import { useCommands } from '~/app/commands';
import { focusRegion } from '~/app/regions';
import { useSession } from '~/app/session';
import { signOut } from '~/app/sign-out';
import { undoLast } from '~/app/undo';
import { say } from '~/i18n';
import { openPanel } from './panels';

/** Takes back what was done last, whatever screen it was done on. */
export async function undoAnything(): Promise<void> {
  try {
    const undone = await undoLast();
    if (undone) sayUndone(undone);
    else announce(say({ id: 'app.nothing-to-undo', defaultMessage: 'There is nothing to undo.' }));
  } catch (thrown) {
    showProblem(asProblem(thrown));
  }
}

/** What can be done on every screen, beside what `first-commands` offers. */
export function useShellCommands(): void {
  const navigate = useNavigate();
  const { prefs, setPref } = useSession();
  useCommands([
    {
      id: 'go.profile',
      label: { id: 'cmd.profile', defaultMessage: 'Profile' },
      section: 'go',
      run: () => void navigate({ to: '/profile' as never }),
    },
    {
      id: 'app.help',
      label: { id: 'cmd.help', defaultMessage: 'Keyboard shortcuts' },
      section: 'general',
      keys: '?',
      run: () => openPanel.set('help'),
    },
    {
      id: 'app.notifications',
      label: { id: 'cmd.notifications', defaultMessage: 'Notifications' },
      section: 'general',
      run: () => openPanel.set('notifications'),
    },
    {
      id: 'app.undo',
      label: { id: 'cmd.undo', defaultMessage: 'Undo' },
      section: 'general',
      keys: 'mod+z',
      run: () => void undoAnything(),
    },
    {
      id: 'app.region.next',
      label: { id: 'cmd.region.next', defaultMessage: 'Next part of the window' },
      section: 'general',
      keys: 'f6',
      whileTyping: true,
      run: () => focusRegion(1),
    },
    {
      id: 'app.region.previous',
      label: { id: 'cmd.region.previous', defaultMessage: 'Previous part of the window' },
      section: 'general',
      keys: 'shift+f6',
      whileTyping: true,
      run: () => focusRegion(-1),
    },
    {
      id: 'view.sidebar',
      label: { id: 'cmd.sidebar', defaultMessage: 'Narrow or widen the sidebar' },
      section: 'view',
      run: () => setPref('sidebar', prefs.sidebar === 'wide' ? 'narrow' : 'wide'),
    },
    {
      id: 'view.theme',
      label: { id: 'cmd.theme', defaultMessage: 'Switch between light and dark' },
      section: 'view',
      run: () => setPref('theme', isDark(prefs.theme) ? 'light' : 'dark'),
    },
    {
      id: 'view.density',
      label: { id: 'cmd.density', defaultMessage: 'Switch between compact and comfortable' },
      section: 'view',
      run: () => setPref('density', prefs.density === 'compact' ? 'comfortable' : 'compact'),
    },
    {
      id: 'app.sign-out',
      label: { id: 'cmd.sign-out', defaultMessage: 'Sign out' },
      section: 'general',
      run: () => void signOut(),
    },
  ]);
}

function isDark(theme: 'system' | 'light' | 'dark'): boolean {
  return theme === 'system' ? window.matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}
