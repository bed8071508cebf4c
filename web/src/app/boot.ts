import type { Schema } from '~/api/client';

/** What the server put into the page, so that the first screen has nothing to ask for. */
export interface Boot {
  /** What `GET /session` answers; null where nobody is signed in. */
  me: Schema<'Me'> | null;
  setupNeeded: boolean;
  /** Where the stream of events was before the page was made: listening goes on behind it. */
  events: string | null;
  /** What `GET /board?limit=20` answers, where the page is the plain board. */
  board: Schema<'Board'> | null;
}

let read: Boot | null | undefined;

/** Nothing where the page came from the development server, or the database did not answer. */
export function boot(): Boot | null {
  if (read === undefined) {
    const text = document.getElementById('boot')?.textContent;
    read = text ? (JSON.parse(text) as Boot) : null;
  }
  return read;
}

/** The first cards of the board, once: what is shown later is asked for. */
export function takeBootBoard(): Schema<'Board'> | undefined {
  const block = boot();
  const board = block?.board ?? undefined;
  if (block) block.board = null;
  return board;
}
