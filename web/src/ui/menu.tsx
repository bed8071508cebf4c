import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Button, type ButtonProps, openOnArrow } from './button';
import { IconButton } from './icon-button';
import { lazyOverlay, useOpened } from './lazy';
import type { Placement } from './overlay/placement';

export interface MenuItem {
  id: string;
  label: string;
  icon?: ReactNode;
  /** The shortcut that does the same. */
  keys?: string | undefined;
  /** A count or a word behind the label. */
  hint?: string | undefined;
  tone?: 'danger';
  /** Draws a mark; for choices among several. */
  isChosen?: boolean;
  /** Why it cannot be chosen; it is shown under the label. */
  reason?: string | undefined;
  onAction?: () => void;
  href?: string;
  items?: readonly MenuItem[];
}

export interface MenuSection {
  section: string;
  /** Draws the name of the section above it; otherwise it is only a line. */
  isNamed?: boolean;
  items: readonly MenuItem[];
}

export type MenuEntries = readonly (MenuItem | MenuSection)[];

export interface FloatingMenuProps {
  label: string;
  items: MenuEntries;
  anchor: RefObject<Element | null>;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  placement?: Placement;
  /** Puts a field above the items; typing narrows them. Its text is the placeholder. */
  filter?: string;
  /** Where focus goes after closing, when it should not be where it was. */
  focusAfter?: () => void;
}

const floating = lazyOverlay<FloatingMenuProps>(() => import('./overlay/menu'));

/** Fetches the menu before it is opened. */
export const preloadMenu = floating.preload;

/** A menu beside anything: a card, a row, a place that was clicked. */
export function FloatingMenu(props: FloatingMenuProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <floating.Component {...props} />
    </Suspense>
  ) : null;
}

export interface MenuButtonProps extends Pick<
  ButtonProps,
  'tone' | 'size' | 'className' | 'reason' | 'onRefused' | 'isDisabled'
> {
  label: string;
  items: MenuEntries | (() => MenuEntries);
  /** Only an icon: the label is its name. With children they are drawn instead. */
  icon?: ReactNode;
  children?: ReactNode;
  keys?: string;
  placement?: Placement;
  filter?: string;
  onOpenChange?: (isOpen: boolean) => void;
}

/** A button that opens a menu. */
export function MenuButton({
  label,
  items,
  icon,
  children,
  keys,
  placement,
  filter,
  onOpenChange,
  ...rest
}: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const change = (next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const common = {
    ...rest,
    ref: anchor,
    'aria-haspopup': 'menu' as const,
    'aria-expanded': isOpen,
    onPointerEnter: preloadMenu,
    onFocus: preloadMenu,
    onPress: () => change(!isOpen),
    ...(rest.reason === undefined && { onKeyDown: openOnArrow(() => change(true)) }),
  };
  return (
    <>
      {children === undefined ? (
        <IconButton {...common} label={label} icon={icon} {...(keys !== undefined && { keys })} />
      ) : (
        <Button {...common} aria-label={label} icon={icon}>
          {children}
        </Button>
      )}
      <FloatingMenu
        label={label}
        items={isOpen && typeof items === 'function' ? items() : typeof items === 'function' ? [] : items}
        anchor={anchor}
        isOpen={isOpen}
        onOpenChange={change}
        {...(placement && { placement })}
        {...(filter !== undefined && { filter })}
      />
    </>
  );
}
