import { Suspense, type ReactNode } from 'react';
import { lazyOverlay, useOpened } from './lazy';

export interface PaletteItem {
  id: string;
  label: string;
  /** Behind the label: where it leads, or whose it is. */
  hint?: string | undefined;
  icon?: ReactNode;
  /** The shortcut that does the same; it is shown, so that it is learned. */
  keys?: string | undefined;
  onChoose: () => void;
}

export interface PaletteGroup {
  id: string;
  title: string;
  items: readonly PaletteItem[];
}

export interface PaletteProps {
  isOpen: boolean;
  onClose: () => void;
  label: string;
  placeholder: string;
  query: string;
  onQuery: (query: string) => void;
  groups: readonly PaletteGroup[];
  /** What stands in the groups is of an earlier text; Enter waits for the right ones. */
  isLooking?: boolean;
  /** What is said where nothing was found, or that it is being looked for. */
  empty: string;
  /** How to find other things, below the list. */
  footer?: ReactNode;
}

const palette = lazyOverlay<PaletteProps>(() => import('./overlay/palette'));

/** Fetches the palette before it is opened. */
export const preloadPalette = palette.preload;

/** A field over everything, and what was found for its text. */
export function Palette(props: PaletteProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <palette.Component {...props} />
    </Suspense>
  ) : null;
}
