import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, useEffect } from 'react';
import { startLive } from '~/api/live-stream';
import { boot } from '~/app/boot';
import { openOutbox } from '~/app/outbox';
import { useSession } from '~/app/session';
import { allCommandsAreThere } from '~/app/shortcuts';
import { followOtherTabs, sessionEnded } from '~/app/sign-out';
import { useStore } from '~/app/store';
import { useText } from '~/i18n';
import { untilFetched } from '~/ui/lazy';
import { Sheet } from '~/ui/sheet';
import { ToastRegion } from '~/ui/toast';
import { BottomBar } from './bottom-bar';
import { ConnectionBanner } from './connection-banner';
import { HelpSheet } from './help-sheet';
import { Notifications } from './notifications';
import { CommandPalette } from './palette';
import { close, openPanel } from './panels';
import { useShellCommands } from './shell-commands';
import { Sidebar, type SidebarExtraProps } from './sidebar';


interface LaterProps {
  /** What else the sidebar holds. */
  Extra: ComponentType<SidebarExtraProps>;
}

/** What the shell needs when it stands: what runs beside it, what is said, and what opens over it. */
export default function Later({ Extra }: LaterProps) {
  useShellCommands();
  useEffect(allCommandsAreThere, []);
  useRunning();
  return (
    <>
      <ToastRegion />
      <Panels Extra={Extra} />
    </>
  );
}

/** What stands below every screen. */
export function Below() {
  return (
    <>
      <ConnectionBanner />
      <BottomBar />
    </>
  );
}

function Panels({ Extra }: LaterProps) {
  const text = useText();
  const open = useStore(openPanel);
  return (
    <>
      <CommandPalette isOpen={open === 'palette'} onClose={close} />
      <HelpSheet isOpen={open === 'help'} onClose={close} />
      <Notifications isOpen={open === 'notifications'} onClose={close} />
      <Sheet isOpen={open === 'menu'} onClose={close} side="start" width="narrow" title={text({ id: 'nav.title', defaultMessage: 'Menu' })}>
        <div className="flex h-full flex-col p-3">
          <Sidebar width="wide" onMove={close} Extra={Extra} />
        </div>
      </Sheet>
    </>
  );
}

/** What runs as long as somebody is signed in: the stream, and the writes that wait. */
function useRunning(): void {
  const cache = useQueryClient();
  const { user, workspace, can } = useSession();
  const scope = `${workspace.id}:${user.id}`;
  const mayListen = can('leads:view');
  useEffect(() => followOtherTabs(), []);
  // A choice of the person is shown at once, so what makes it is there before.
  useEffect(() => void untilFetched(() => import('~/app/preference-changes')), []);
  useEffect(() => (mayListen ? startLive(scope, boot()?.events ?? '', sessionEnded) : undefined), [scope, mayListen]);
  useEffect(() => void openOutbox(scope, () => void cache.invalidateQueries()), [scope, cache]);
}
