import type { Formats } from '~/i18n/formats';
import type { Sum } from '~/ui/board/types';

/** The worth of a column: the workspace's own currency first, the others behind a plus, all of them in the tooltip. */
export function shownSum(sums: readonly Sum[], own: string | undefined, formats: Formats): { shown: string; whole: string } {
  const ordered = sums.toSorted((a, b) => Number(b.currency === own) - Number(a.currency === own) || b.amount - a.amount);
  const [first, ...others] = ordered;
  if (!first) return { shown: '', whole: '' };
  const shown = formats.moneyShort(first.amount, first.currency) + (others.length > 0 ? ' +' : '');
  return { shown, whole: ordered.map((it) => formats.money(it.amount, it.currency)).join(' · ') };
}
