import { Suspense, lazy } from 'react';
import { Bell, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import type { ComponentType } from 'react';
import { useShortcut } from '~/app/commands';
import { useOutbox } from '~/app/waiting';
import { useSession } from '~/app/session';
import { useUnreadNotifications } from '~/app/toast';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { Kbd } from '~/ui/kbd';
import { untilFetched } from '~/ui/lazy';
import { Link } from '~/ui/link';
import { Tooltip } from '~/ui/tooltip';
import { cx } from '~/ui/cx';
import { PLACES, type Place, SETTINGS } from './nav';
import { openPanel } from './panels';
import { PersonMenu } from './person-menu';

const PinnedViews = lazy(() => untilFetched(() => import('./pinned-views')));

export type SidebarWidth = 'wide' | 'narrow';

export interface SidebarExtraProps {
  width: SidebarWidth;
  onMove?: () => void;
}

/** The main navigation. Narrow it shows icons whose names are in their tooltips. */
export function Sidebar({ width, onMove, Extra }: SidebarExtraProps & { Extra: ComponentType<SidebarExtraProps> }) {
  const text = useText();
  const { can } = useSession();
  return (
    <nav aria-label={text({ id: 'nav.main', defaultMessage: 'Main' })} data-region="sidebar" className="flex min-h-0 flex-1 flex-col gap-0.5">
      <SearchButton width={width} />
      <ul className="mt-2 flex flex-col gap-0.5">
        {PLACES.filter((it) => it.needs === undefined || can(it.needs)).map((it) => (
          <NavItem key={it.id} place={it} width={width} {...(onMove && { onMove })} />
        ))}
      </ul>
      {width === 'wide' && can('leads:view') && (
        <Suspense>
          <PinnedViews {...(onMove && { onMove })} />
        </Suspense>
      )}
      <span className="flex-1" />
      {can('leads:view') && <Extra width={width} {...(onMove && { onMove })} />}
      <ul className="flex flex-col gap-0.5">
        <NavItem place={SETTINGS} width={width} {...(onMove && { onMove })} />
        <li>
          <NotificationsButton width={width} />
        </li>
      </ul>
      <PersonMenu width={width} {...(onMove && { onMove })} />
    </nav>
  );
}

const ROW = 'flex min-h-control items-center gap-2.5 rounded-md px-2.5 text-body';

function SearchButton({ width }: { width: SidebarWidth }) {
  const text = useText();
  const keys = useShortcut('app.palette');
  const label = text({ id: 'nav.search', defaultMessage: 'Search' });
  if (width === 'narrow') {
    return (
      <IconButton
        label={label}
        icon={<Search size={17} />}
        {...(keys && { keys })}
        onPress={() => openPanel.set('palette')}
        className="w-full!"
      />
    );
  }
  return (
    <Button
      icon={<Search size={15} className="text-muted" />}
      onPress={() => openPanel.set('palette')}
      className="w-full justify-start! [&>span]:w-full"
    >
      <span className="flex-1 text-start font-normal text-muted">{label}</span>
      {keys && <Kbd keys={keys} />}
    </Button>
  );
}

interface NavItemProps {
  place: Place;
  width: SidebarWidth;
  onMove?: () => void;
}

function NavItem({ place, width, onMove }: NavItemProps) {
  const text = useText();
  const label = text(place.label);
  const link = (
    <Link
      to={place.to as never}
      tone="bare"
      {...(width === 'narrow' && { 'aria-label': label })}
      {...(onMove && { onClick: onMove })}
      activeOptions={{ exact: false, includeSearch: false }}
      activeProps={{ className: cx(ROW, 'bg-accent-soft font-medium text-accent-ink'), 'aria-current': 'page' }}
      inactiveProps={{ className: cx(ROW, 'text-text hover:bg-hover') }}
    >
      <place.icon size={17} className={cx('shrink-0', width === 'narrow' && 'mx-auto')} />
      {width === 'wide' && <span className="truncate">{label}</span>}
    </Link>
  );
  return (
    <li>
      {width === 'narrow' ? (
        <Tooltip text={label} placement="end" {...(place.keys && { keys: place.keys })}>
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}

function NotificationsButton({ width }: { width: SidebarWidth }) {
  const text = useText();
  const refused = useOutbox().filter((it) => it.refusal !== undefined).length;
  const unread = useUnreadNotifications() + refused;
  const label = text(
    { id: 'nav.notifications', defaultMessage: 'Notifications{count, plural, =0 {} one {, # new} other {, # new}}' },
    { count: unread },
  );
  const mark = unread > 0 && <span aria-hidden="true" className="size-2 rounded-full bg-danger" />;
  if (width === 'narrow') {
    return (
      <IconButton
        label={label}
        icon={
          <span className="relative">
            <Bell size={17} />
            <span className="absolute -end-1 -top-1">{mark}</span>
          </span>
        }
        onPress={() => openPanel.set('notifications')}
        className="w-full!"
      />
    );
  }
  return (
    <Button
      tone="quiet"
      aria-label={label}
      icon={<Bell size={17} />}
      onPress={() => openPanel.set('notifications')}
      className="w-full justify-start! px-2.5! font-normal! [&>span]:gap-2.5"
    >
      {text({ id: 'nav.notifications.short', defaultMessage: 'Notifications' })}
      {mark}
    </Button>
  );
}

/** Beside the name of the program, at the top of the sidebar. */
export function SidebarSwitch({ width }: { width: SidebarWidth }) {
  const text = useText();
  const { setPref } = useSession();
  const wide = width === 'wide';
  return (
    <IconButton
      label={
        wide
          ? text({ id: 'nav.narrow', defaultMessage: 'Narrow the sidebar' })
          : text({ id: 'nav.widen', defaultMessage: 'Widen the sidebar' })
      }
      icon={wide ? <PanelLeftClose size={16} /> : <PanelLeftOpen size={16} />}
      onPress={() => setPref('sidebar', wide ? 'narrow' : 'wide')}
      className={wide ? '' : 'w-full!'}
    />
  );
}
