import { sayUndone, showProblem } from '~/api/action';
import { asProblem } from '~/api/client';
import { announce } from '~/app/announce';
import { undoLast } from '~/app/undo';
import { say } from '~/i18n';

export { moveCards } from './move';

/** Takes back what was done last. */
export async function undo(): Promise<void> {
  try {
    const label = await undoLast();
    if (label === undefined) announce(say({ id: 'board.undo.none', defaultMessage: 'Nothing to undo.' }));
    else sayUndone(label);
  } catch (thrown) {
    showProblem(asProblem(thrown));
  }
}
