import { useNavigate } from '@tanstack/react-router';
import { type Command, useCommands } from '~/app/commands';
import { useSession } from '~/app/session';
import { PLACES, SETTINGS } from './nav';
import { openPanel } from './panels';

/** What people press before the page has come to rest: where they want to go, and what they look for. */
export function useFirstCommands(): void {
  const navigate = useNavigate();
  const { can } = useSession();
  useCommands([
    ...[...PLACES, SETTINGS].map(
      ({ id, label, keys = [], to, needs }): Command => ({
        id,
        label,
        keys,
        section: 'go',
        when: () => needs === undefined || can(needs),
        run: () => void navigate({ to: to as never }),
      }),
    ),
    {
      id: 'app.palette',
      label: { id: 'cmd.palette', defaultMessage: 'Search and commands' },
      section: 'general',
      keys: ['mod+k', '/'],
      run: () => openPanel.set('palette'),
    },
  ]);
}
