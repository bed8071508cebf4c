import { Suspense, type ReactNode } from 'react';
import { lazyOverlay, useOpened } from './lazy';

export interface SheetProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  side?: 'start' | 'end' | 'bottom';
  width?: 'narrow' | 'normal' | 'wide';
  /** Draws no title; it is still the name of the sheet. */
  titleHidden?: boolean;
}

const sheet = lazyOverlay<SheetProps>(() => import('./overlay/sheet'));

/** Fetches the sheet before it is opened. */
export const preloadSheet = sheet.preload;

/** A modal panel that comes in from an edge of the window. */
export function Sheet(props: SheetProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <sheet.Component {...props} />
    </Suspense>
  ) : null;
}
