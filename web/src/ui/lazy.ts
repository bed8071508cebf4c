import { focusHeading } from '~/app/title';
import { lazy, useEffect, useState, type ComponentType, type LazyExoticComponent } from 'react';

export interface LazyOverlay<Props> {
  Component: LazyExoticComponent<ComponentType<Props>>;
  /** Fetches it before it is needed: on hover, on focus, when the browser idles. */
  preload: () => void;
}

const waiting: (() => void)[] = [];
let idle = false;

/** Runs what was put off until the first paint is over and the browser has nothing better to do. */
function whenIdle(load: () => void): void {
  if (idle) return load();
  waiting.push(load);
  if (waiting.length > 1 || typeof window === 'undefined') return;
  const run = () => {
    idle = true;
    for (const each of waiting.splice(0)) each();
  };
  const schedule = () =>
    'requestIdleCallback' in window ? window.requestIdleCallback(run, { timeout: 4000 }) : setTimeout(run, 1500);
  if (document.readyState === 'complete') schedule();
  else window.addEventListener('load', schedule, { once: true });
}

/** A part of the interface that the first paint does not need, and that is there when it is asked for. */
export function lazyOverlay<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  when: 'idle' | 'asked' = 'idle',
): LazyOverlay<Props> {
  const preload = () => {
    // A lost connection is met again, and told, when the thing is opened.
    load().catch(() => undefined);
  };
  if (when === 'idle' && import.meta.env.MODE !== 'test') whenIdle(preload);
  return { Component: lazy(load), preload };
}

/** Whether the first paint is over and the browser has had a moment: from then on there is time for what is beside the point. */
export function useIdle(): boolean {
  const [isIdle, setIdle] = useState(idle);
  useEffect(() => whenIdle(() => setIdle(true)), []);
  return isIdle;
}

/** A part that a screen can do without: where its code cannot be fetched there is nothing, and the screen stands. */
export function lazyExtra<Props>(load: () => Promise<{ default: ComponentType<Props> }>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(() => load().catch(() => ({ default: (() => null) as ComponentType<Props> })));
}

/** Longer than any closing is drawn. */
const CLOSING_MS = 500;

/**
 * Whether it is open or was a moment ago: an overlay stays mounted so long that its closing can be drawn and focus be given
 * back. The widget library waits for the end of that drawing, which never comes where it is called off (by a change of the
 * theme or of reduced motion, say): a scrim would stay over the page for good. So whatever is left of it goes with the time.
 */
export function useOpened(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  useEffect(() => {
    if (isOpen || !wasOpen) return undefined;
    const timer = setTimeout(() => {
      setWasOpen(false);
      requestAnimationFrame(keepFocus);
    }, CLOSING_MS);
    return () => clearTimeout(timer);
  }, [isOpen, wasOpen]);
  return isOpen || wasOpen;
}

/**
 * What was opened gives the focus back to where it was. Where that has gone (a row that was removed, another overlay that
 * led here) the focus would fall to the page itself, and the next Tab begin at the top.
 */
function keepFocus(): void {
  if (document.activeElement === document.body) focusHeading();
}

const NEXT_TRY_MS = 5000;

/**
 * Fetches a part of the interface that nobody asked for and nobody should miss. Without a connection it is tried again when
 * there is one: what is on the screen already goes on meanwhile.
 */
export async function untilFetched<Module>(load: () => Promise<Module>): Promise<Module> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise<void>((again) => {
        const timer = setTimeout(again, NEXT_TRY_MS);
        const atOnce = () => {
          clearTimeout(timer);
          again();
        };
        window.addEventListener('online', atOnce, { once: true });
      });
    }
  }
}
