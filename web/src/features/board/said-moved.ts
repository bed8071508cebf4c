import { say } from '~/i18n';
import { formats } from '~/i18n/formats';

const number = (value: number): string => formats().number(value);

/** What is said after cards were moved. It comes with the moving, after the first paint. */
export function saidMoved(names: readonly string[], stage: string, position: number | undefined, total: number): string {
  if (names.length > 1) {
    return say({ id: 'board.say.moved.many', defaultMessage: 'Moved {count} leads to {stage}.' }, { count: number(names.length), stage });
  }
  const name = names[0] ?? '';
  if (position === undefined) return say({ id: 'board.say.moved.stage', defaultMessage: 'Moved {name} to {stage}.' }, { name, stage });
  return say(
    { id: 'board.say.moved', defaultMessage: 'Moved {name} to {stage}, position {position} of {total}.' },
    { name, stage, position: number(position), total: number(total) },
  );
}
