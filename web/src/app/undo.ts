import { createStore, useStore } from './store';

/** Something that was done and how to take it back. */
export interface Undoable {
  /** What was done, in the past tense: "Moved 3 leads to Qualified". */
  label: string;
  undo: () => Promise<void>;
}

/** How many steps back this tab remembers. */
export const UNDO_DEPTH = 20;

const entries = createStore<readonly Undoable[]>([]);

export const undoStack = {
  push(entry: Undoable): void {
    entries.set((before) => [...before, entry].slice(-UNDO_DEPTH));
  },
  /** Takes an entry off without undoing it: it has been undone another way, or cannot be any more. */
  drop(entry: Undoable): void {
    entries.set((before) => before.filter((it) => it !== entry));
  },
  last: (): Undoable | undefined => entries.get().at(-1),
  clear: (): void => entries.set([]),
};

/** Takes back one thing, and no thing twice. Says what was undone; throws what the server refuses. */
export async function undoEntry(entry: Undoable): Promise<string | undefined> {
  if (!entries.get().includes(entry)) return undefined;
  undoStack.drop(entry);
  await entry.undo();
  return entry.label;
}

/** Takes back what was done last. Answers what it was, or nothing where there is nothing to take back. */
export async function undoLast(): Promise<string | undefined> {
  const entry = undoStack.last();
  return entry && undoEntry(entry);
}

export function useLastUndoable(): Undoable | undefined {
  return useStore(entries).at(-1);
}
