import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { type ComponentType, useEffect } from 'react';
import { startLive } from '~/api/live-stream';
import { boot } from '~/app/boot';
import { openOutbox } from '~/app/outbox';
import { useSession } from '~/app/session';
import { listenForShortcuts } from '~/app/shortcuts';
import { followOtherTabs, sessionEnded } from '~/app/sign-out';
import { useStore } from '~/app/store';
import { useText } from '~/i18n';
import { Sheet } from '~/ui/sheet';
import { ToastRegion } from '~/ui/toast';
import { cx } from '~/ui/cx';
import { BottomBar, TopBar } from './bars';
import { ConnectionBanner } from './connection-banner';
import { HelpSheet } from './help-sheet';
import { Notifications } from './notifications';
import { CommandPalette } from './palette';
import { close, openPanel } from './panels';
import { useShellCommands } from './shell-commands';
import { Sidebar, type SidebarExtraProps, SidebarSwitch } from './sidebar';

/** What stands around every screen of somebody who is signed in. `Extra` is what else the sidebar holds. */
export function Shell({ Extra }: { Extra: ComponentType<SidebarExtraProps> }) {
  const { prefs } = useSession();
  const width = prefs.sidebar;
  useShellCommands();
  useRunning();
  return (
    <div className="flex h-dvh min-w-0">
      <SkipLink />
      <div
        className={cx(
          'hidden shrink-0 flex-col border-e border-line bg-canvas p-2 md:flex',
          width === 'wide' ? 'w-54' : 'w-13',
        )}
      >
        <header className={cx('mb-2 flex items-center', width === 'wide' ? 'justify-between ps-2' : 'justify-center')}>
          {width === 'wide' && <span className="text-heading">Leadline</span>}
          <SidebarSwitch width={width} />
        </header>
        <Sidebar width={width} Extra={Extra} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <ConnectionBanner />
        <main id="main" tabIndex={-1} data-region="main" className="flex min-h-0 min-w-0 flex-1 flex-col overflow-auto outline-none">
          <Outlet />
        </main>
        <BottomBar />
      </div>
      <ToastRegion />
      <Panels Extra={Extra} />
    </div>
  );
}

function SkipLink() {
  const text = useText();
  return (
    <a
      href="#main"
      className="sr-only rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-70"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      {text({ id: 'app.skip', defaultMessage: 'Skip to content' })}
    </a>
  );
}

function Panels({ Extra }: { Extra: ComponentType<SidebarExtraProps> }) {
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

/** What runs as long as somebody is signed in: the stream, the writes that wait, the shortcuts. */
function useRunning(): void {
  const cache = useQueryClient();
  const { user, workspace, can } = useSession();
  const scope = `${workspace.id}:${user.id}`;
  const mayListen = can('leads:view');
  useEffect(() => listenForShortcuts(), []);
  useEffect(() => followOtherTabs(), []);
  useEffect(() => (mayListen ? startLive(scope, boot()?.events ?? '', sessionEnded) : undefined), [scope, mayListen]);
  useEffect(() => void openOutbox(scope, () => void cache.invalidateQueries()), [scope, cache]);
}
