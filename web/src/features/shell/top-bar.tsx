import { Menu, Search } from 'lucide-react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { IconButton } from '~/ui/icon-button';
import { openPanel } from './panels';

/** Above the screen where there is no room for a sidebar. */
export function TopBar() {
  const text = useText();
  const { workspace } = useSession();
  return (
    <header className="flex shrink-0 items-center gap-2 border-b border-line px-2 py-1 md:hidden">
      <IconButton
        label={text({ id: 'nav.open', defaultMessage: 'Menu' })}
        icon={<Menu size={18} />}
        onPress={() => openPanel.set('menu')}
        className="max-sm:hidden"
      />
      <span className="min-w-0 flex-1 truncate px-1 font-medium">{workspace.name}</span>
      <IconButton
        label={text({ id: 'nav.search', defaultMessage: 'Search' })}
        icon={<Search size={18} />}
        onPress={() => openPanel.set('palette')}
      />
    </header>
  );
}
