/** Parts of the window between which F6 goes, in the order in which they stand in the page. */
function regions(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((it) => it.checkVisibility() && !it.inert);
}

const TABBABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** Takes the focus to the next part of the window, or to the one before. */
export function focusRegion(step: 1 | -1): void {
  const all = regions();
  const here = all.findLastIndex((it) => it.contains(document.activeElement));
  const next = all[(here + step + all.length) % all.length] ?? all[0];
  if (!next) return;
  const inside = [...next.querySelectorAll<HTMLElement>(TABBABLE)].find((it) => it.tabIndex >= 0 && it.checkVisibility());
  (inside ?? next).focus();
}
