import type { Speech } from '~/ui/board/host';
import { say } from '~/i18n';
import { formats } from '~/i18n/formats';
import type { Card } from './card-data';

const number = (value: number): string => formats().number(value);

/** The board's spoken texts: short, and in the present. */
export function boardSpeech(stageName: (id: string) => string): Speech<Card> {
  return {
    lifted: (cards) =>
      cards.length === 1
        ? say({ id: 'board.say.lifted', defaultMessage: 'Lifted {name}.' }, { name: cards[0]?.name ?? '' })
        : say({ id: 'board.say.lifted.many', defaultMessage: 'Lifted {count} leads.' }, { count: number(cards.length) }),
    place: (column, position, total) =>
      say(
        { id: 'board.say.place', defaultMessage: '{stage}, position {position} of {total}.' },
        { stage: stageName(column), position: number(position), total: number(total) },
      ),
    stageOnly: (column) => say({ id: 'board.say.stage', defaultMessage: '{stage}.' }, { stage: stageName(column) }),
    cancelled: () => say({ id: 'board.say.cancelled', defaultMessage: 'Move cancelled.' }),
    stays: (card) => say({ id: 'board.say.stays', defaultMessage: '{name} stays where it is.' }, { name: card.name }),
    selected: (count) =>
      say(
        { id: 'board.say.selected', defaultMessage: '{count, plural, =0 {Nothing selected.} one {# lead selected.} other {# leads selected.}}' },
        { count },
      ),
    removed: (next) =>
      next
        ? say({ id: 'board.say.removed', defaultMessage: 'The lead has left the stage. Now at {name}.' }, { name: next.name })
        : say({ id: 'board.say.removed.last', defaultMessage: 'The lead has left the stage, which is empty now.' }),
    liftOnlyLoaded: () =>
      say({ id: 'board.say.whole', defaultMessage: 'A whole stage is moved with “Move to stage”.' }),
  };
}
