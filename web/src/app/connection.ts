import { createStore, useStore } from './store';

export type ConnectionState = 'connecting' | 'online' | 'offline';

export interface Connection {
  state: ConnectionState;
  /** When the server was last heard of. */
  heardAt: number;
}

const connection = createStore<Connection>({ state: 'connecting', heardAt: Date.now() });
const wishes = new Set<() => void>();

export const connectionStore = connection;
export const useConnection = (): Connection => useStore(connection);

export function setConnection(state: ConnectionState): void {
  connection.set((before) => {
    if (state === 'online') {
      // While it stays good nobody needs to be told each time.
      return before.state === 'online' && Date.now() - before.heardAt < 5000 ? before : { state, heardAt: Date.now() };
    }
    return before.state === state ? before : { ...before, state };
  });
}

/** Tries to reach the server now instead of after the pause. */
export function tryNow(): void {
  for (const wish of wishes) wish();
}

/** Is told when somebody wants to try at once; the answer ends that. */
export function onTryNow(wish: () => void): () => void {
  wishes.add(wish);
  return () => wishes.delete(wish);
}
