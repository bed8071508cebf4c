import { createContext, useContext } from 'react';

/** What the page around the board does for its parts. */
export interface BoardPage {
  fold: (column: string) => void;
  /** Missing where adding a lead is not offered. */
  addLead?: (column?: string) => void;
}

export const BoardPageContext = createContext<BoardPage>({ fold: () => undefined });
export const useBoardPage = (): BoardPage => useContext(BoardPageContext);
