import type { Card } from '~/api/queries/board';
import type { BoardSort } from '~/api/queries/board';
import type { Schema } from '~/api/client';
import { say } from '~/i18n';
import { formats } from '~/i18n/formats';
import type { Sum } from '~/ui/board/types';

export type { Card };

/** A lead as its card; the place in the column stays the one that is known. */
export function cardOf(lead: Schema<'Lead'>, position: string): Card {
  const { id, stageId, name, company, value, currency, source, score, assignedTo, tags } = lead;
  const { stageChangedAt, createdAt, version } = lead;
  const plain = { company: company ?? null, value: value ?? null, currency: currency ?? null };
  return { id, stageId, name, ...plain, source, score, assignedTo: assignedTo ?? null, tags, stageChangedAt, createdAt, version, position };
}

export function worthOf({ value, currency }: Card): Sum | null {
  return value !== null && currency !== null && value !== undefined && currency !== undefined
    ? { currency, amount: value }
    : null;
}

/** A lead from here on is hot. */
export const HOT = 80;

const DAY = 86_400_000;

export const daysInStage = (card: Card, now = Date.now()): number =>
  Math.max(0, Math.floor((now - Date.parse(card.stageChangedAt)) / DAY));

/** The whole card in words, for those who hear it. */
export function nameOfCard(card: Card, owner: string | undefined): string {
  const parts = [card.name, card.company, say({ id: 'board.card.score', defaultMessage: 'score {score}' }, { score: card.score })];
  if (card.value != null && card.currency != null) parts.push(formats().money(card.value, card.currency));
  if (owner !== undefined) parts.push(say({ id: 'board.card.owner', defaultMessage: 'owner {name}' }, { name: owner }));
  parts.push(
    say(
      { id: 'board.card.days', defaultMessage: '{days, plural, =0 {in stage since today} one {# day in stage} other {# days in stage}}' },
      { days: daysInStage(card) },
    ),
  );
  return parts.filter(Boolean).join(', ');
}

const KEYS: Record<Exclude<BoardSort, 'position'>, (card: Card) => number> = {
  newest: (card) => Date.parse(card.createdAt),
  score: (card) => card.score,
  value: (card) => card.value ?? Number.NEGATIVE_INFINITY,
};

/** Whether a sorted column shows `left` above `right`: the greatest on top, the newest of equals first. */
export function isAbove(sort: Exclude<BoardSort, 'position'>, left: Card, right: Card): boolean {
  const [one, other] = [KEYS[sort](left), KEYS[sort](right)];
  return one === other ? left.id > right.id : one > other;
}

/** The order in which the server puts several leads on top of a column: as they stood in theirs. */
export function byPosition(left: Card, right: Card): number {
  const difference = BigInt(right.position) - BigInt(left.position);
  if (difference === 0n) return left.id < right.id ? 1 : -1;
  return difference > 0n ? 1 : -1;
}
