import { BoardDialogs } from './board-dialogs';
import { BoardMenus } from './board-menus';
import { SelectionBar } from './selection-bar';

/** What floats above the board: the bar of the selection, menus and dialogs. */
export default function Later() {
  return (
    <>
      <SelectionBar />
      <BoardMenus />
      <BoardDialogs />
    </>
  );
}
