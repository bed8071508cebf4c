import { useEffect } from 'react';

/** What the window is called: the screen first, so that tabs are told apart. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Leadline` : 'Leadline';
  }, [title]);
}

/** How long after something went it may still take its focus along: a dialog that closes gives it back to what is gone. */
const LANDING_MS = 1000;

/** After something was removed: where the focus went with it, it goes to the heading of the screen. */
export function landFocus(): void {
  const until = performance.now() + LANDING_MS;
  const look = () => {
    if (document.activeElement === document.body) focusHeading();
    if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Takes the focus to the heading of the screen that was just opened, so that a screen reader reads it and the keyboard
 * goes on from there. Screens that take the focus themselves, such as the board with its cursor, keep it.
 */
export function focusHeading(): void {
  const active = document.activeElement;
  const main = document.querySelector('main');
  if (active && active !== document.body && main?.contains(active)) return;
  const heading = main?.querySelector<HTMLElement>('h1') ?? main;
  if (!heading) return;
  if (!heading.hasAttribute('tabindex')) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
