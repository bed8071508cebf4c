import { Bell, Menu, Plus } from 'lucide-react';
import { runCommand } from '~/app/commands';
import { useSession } from '~/app/session';
import { useUnreadNotifications } from '~/app/toast';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { Link } from '~/ui/link';
import { cx } from '~/ui/cx';
import { PLACES } from './nav';
import { openPanel } from './panels';

const CELL =
  'flex min-h-12 w-full flex-col! items-center justify-center gap-0.5 rounded-md px-0! text-micro! font-medium [&>span]:flex-col [&>span]:gap-0.5';

/** Where the thumb is, on a phone. */
export function BottomBar() {
  const text = useText();
  const { can } = useSession();
  const unread = useUnreadNotifications();
  return (
    <nav
      aria-label={text({ id: 'nav.phone', defaultMessage: 'Quick' })}
      className="shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      <ul className="grid auto-cols-fr grid-flow-col px-1 py-0.5">
        {PLACES.filter((it) => it.isInBar).map((it) => (
          <li key={it.id}>
            <Link
              to={it.to as never}
              tone="bare"
              activeOptions={{ includeSearch: false }}
              activeProps={{ 'aria-current': 'page', className: 'text-accent-ink' }}
              inactiveProps={{ className: 'text-muted' }}
              className={CELL}
            >
              <it.icon size={19} />
              {text(it.label)}
            </Link>
          </li>
        ))}
        {can('leads:create') && (
          <li>
            <Button tone="quiet" className={cx(CELL, 'text-muted')} icon={<Plus size={19} />} onPress={() => runCommand('lead.new')}>
              {text({ id: 'nav.add', defaultMessage: 'Add' })}
            </Button>
          </li>
        )}
        <li>
          <Button tone="quiet" className={cx(CELL, 'text-muted')} icon={<Bell size={19} />} onPress={() => openPanel.set('notifications')}>
            {text({ id: 'nav.inbox', defaultMessage: 'Inbox{count, plural, =0 {} other { (#)}}' }, { count: unread })}
          </Button>
        </li>
        <li>
          <Button tone="quiet" className={cx(CELL, 'text-muted')} icon={<Menu size={19} />} onPress={() => openPanel.set('menu')}>
            {text({ id: 'nav.more', defaultMessage: 'More' })}
          </Button>
        </li>
      </ul>
    </nav>
  );
}
