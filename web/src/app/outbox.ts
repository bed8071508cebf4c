import type { SentRequest } from '~/api/problem';
import { createStore, useStore } from './store';

/** A small write that waits in this browser until the server can be reached again. */
export interface Waiting {
  id: string;
  /** What was done, in the past tense. */
  label: string;
  at: number;
  request: SentRequest;
}

const waiting = createStore<readonly Waiting[]>([]);

/** Keeps a write for later; it is sent with the idempotency key it had. */
export async function enqueue(write: Pick<Waiting, 'label' | 'request'>): Promise<void> {
  waiting.set((before) => [...before, { ...write, id: crypto.randomUUID(), at: Date.now() }]);
}

export const useOutbox = (): readonly Waiting[] => useStore(waiting);
