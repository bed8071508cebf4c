import { useSyncExternalStore } from 'react';
import type { Density } from './types';

/** In rem, so that rows grow with the text. */
const HEIGHTS: Record<Density, number> = { compact: 2.25, comfortable: 2.75, touch: 3.25 };

const coarse = typeof matchMedia === 'function' ? matchMedia('(pointer: coarse)') : undefined;

function subscribe(listener: () => void): () => void {
  coarse?.addEventListener('change', listener);
  return () => coarse?.removeEventListener('change', listener);
}

/** The height of a row in pixels; fingers need room whatever was chosen for the mouse. */
export function useRowHeight(density: Density): number {
  const isCoarse = useSyncExternalStore(subscribe, () => coarse?.matches ?? false);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return Math.round(HEIGHTS[isCoarse ? 'touch' : density] * rem);
}
