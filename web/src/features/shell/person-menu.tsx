import { Suspense, useRef, useState } from 'react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Avatar } from '~/ui/avatar';
import { Button, openOnArrow } from '~/ui/button';
import { lazyOverlay, useOpened } from '~/ui/lazy';
import type { PersonEntriesProps } from './person-entries';
import type { SidebarWidth } from './sidebar';

const entries = lazyOverlay<PersonEntriesProps>(() => import('./person-entries'));

/** Who is signed in, where, and what belongs to the person alone. */
export function PersonMenu({ width, onMove }: { width: SidebarWidth; onMove?: () => void }) {
  const text = useText();
  const { user, workspace } = useSession();
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const label = text({ id: 'person.menu', defaultMessage: '{name}, {workspace}: account' }, { name: user.name, workspace: workspace.name });
  return (
    <>
      <Button
        ref={anchor}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={entries.preload}
        onFocus={entries.preload}
        onPress={() => setOpen(!isOpen)}
        onKeyDown={openOnArrow(() => setOpen(true))}
        tone="quiet"
        className={width === 'wide' ? 'mt-1 w-full justify-start! px-1.5! py-1 [&>span]:w-full' : 'mt-1 w-full px-0!'}
      >
        <Avatar name={user.name} size="small" />
        {width === 'wide' && (
          <span className="min-w-0 flex-1 text-start leading-tight">
            <span className="block truncate">{user.name}</span>
            <span className="block truncate text-small font-normal text-muted">{workspace.name}</span>
          </span>
        )}
      </Button>
      {useOpened(isOpen) && (
        <Suspense>
          <entries.Component label={label} anchor={anchor} isOpen={isOpen} onOpenChange={setOpen} onMove={onMove} />
        </Suspense>
      )}
    </>
  );
}
