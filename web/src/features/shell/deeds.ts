import { sayUndone, showProblem } from '~/api/action';
import { asProblem } from '~/api/client';
import { announce } from '~/app/announce';
import { undoLast } from '~/app/undo';
import { say } from '~/i18n';

export { signOut, switchWorkspace } from '~/app/sign-out';

/** Takes back what was done last, whatever screen it was done on. */
export async function undoAnything(): Promise<void> {
  try {
    const undone = await undoLast();
    if (undone) sayUndone(undone);
    else announce(say({ id: 'app.nothing-to-undo', defaultMessage: 'There is nothing to undo.' }));
  } catch (thrown) {
    showProblem(asProblem(thrown));
  }
}
