import type { ReactNode } from 'react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Link } from '~/ui/link';
import { cx } from '~/ui/cx';
import { SETTINGS_PLACES } from './places';

const ENTRY = 'block rounded-md px-2.5 py-1.5 whitespace-nowrap';

/** The pages of the settings beside the one that is open. */
export function SettingsLayout({ children }: { children: ReactNode }) {
  const text = useText();
  const { can } = useSession();
  const places = SETTINGS_PLACES.filter((it) => can(it.needs));
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
      {places.length > 0 && (
        <nav
          aria-label={text({ id: 'settings.nav', defaultMessage: 'Settings' })}
          className="shrink-0 overflow-x-auto border-line max-lg:border-b lg:w-48 lg:border-e"
        >
          <ul className="flex gap-0.5 p-2 lg:flex-col lg:pt-4">
            {places.map((it) => (
              <li key={it.to}>
                <Link
                  to={it.to as never}
                  tone="bare"
                  activeOptions={{ includeSearch: false }}
                  activeProps={{ className: cx(ENTRY, 'bg-accent-soft font-medium text-accent-ink'), 'aria-current': 'page' }}
                  inactiveProps={{ className: cx(ENTRY, 'hover:bg-hover') }}
                >
                  {text(it.label)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className="min-w-0 flex-1 lg:min-h-0 lg:overflow-auto">{children}</div>
    </div>
  );
}
