import { Outlet } from '@tanstack/react-router';
import { type ComponentType, Suspense, lazy, useDeferredValue, useEffect } from 'react';
import { useSession } from '~/app/session';
import { listenForShortcuts } from '~/app/shortcuts';
import { useText } from '~/i18n';
import { cx } from '~/ui/cx';
import { untilFetched } from '~/ui/lazy';
import { useFirstCommands } from './first-commands';
import { Sidebar, type SidebarExtraProps, SidebarSwitch } from './sidebar';
import { TopBar } from './top-bar';

const later = () => untilFetched(() => import('./later'));
const Below = lazy(() => later().then((it) => ({ default: it.Below })));
const Later = lazy(later);

/** What stands around every screen of somebody who is signed in. `Extra` is what else the sidebar holds. */
export function Shell({ Extra }: { Extra: ComponentType<SidebarExtraProps> }) {
  const { prefs } = useSession();
  const width = prefs.sidebar;
  // Nothing that is seen at once waits for the rest.
  const isPainted = useDeferredValue(true, false);
  useFirstCommands();
  useEffect(() => listenForShortcuts(), []);
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
        <main id="main" tabIndex={-1} data-region="main" className="flex min-h-0 min-w-0 flex-1 flex-col overflow-auto outline-none">
          <Outlet />
        </main>
        {/* The phone's bar has its room from the start; nothing on the screen moves when it comes, or when the line breaks. */}
        <div className="min-h-[calc(3.25rem+1px)] shrink-0 sm:min-h-0">
          {isPainted && (
            <Suspense>
              <Below />
            </Suspense>
          )}
        </div>
      </div>
      {isPainted && (
        <Suspense>
          <Later Extra={Extra} />
        </Suspense>
      )}
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
