import type { SentRequest } from '~/api/problem';
import { createStore, useStore } from './store';

/** A small write that waits in this browser until the server can be reached again. */
export interface Waiting {
  id: string;
  /** Whose it is: somebody else who signs in here does not send it. */
  owner: string;
  /** What was done, in the past tense. */
  label: string;
  at: number;
  request: SentRequest;
  /** Why the server refused it, once it did. It then waits for the person, not for the line. */
  refusal?: string | undefined;
}

export const waitingWrites = createStore<readonly Waiting[]>([]);

/** Writes that wait for the line. */
export const useOutbox = (): readonly Waiting[] => useStore(waitingWrites);
