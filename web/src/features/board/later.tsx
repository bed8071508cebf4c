import { useCommands } from '~/app/commands';
import { BoardDialogs } from './board-dialogs';
import { BoardMenus } from './board-menus';
import { boardCommands } from './commands';
import { useScreen } from './lead-card';
import { SelectionBar } from './selection-bar';

/** What floats above the board: the bar of the selection, menus and dialogs; and what can be done, for the palette. */
export default function Later() {
  useCommands(boardCommands(useScreen()));
  return (
    <>
      <SelectionBar />
      <BoardMenus />
      <BoardDialogs />
    </>
  );
}
