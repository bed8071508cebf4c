import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Board = Schema<'Board'>;
export type Card = Schema<'Card'>;
export type BoardSort = 'position' | 'newest' | 'score' | 'value';

/** Which leads the board shows, and in which order. */
export interface BoardScope {
  readonly pipelineId?: string;
  readonly sort?: BoardSort;
  readonly view?: string;
  readonly search?: string;
  /** Conditions as JSON. */
  readonly where?: string;
}

/** The first cards of every column, with counts and sums. */
export const boardQuery = (scope: BoardScope) =>
  queryOptions({
    queryKey: ['board', scope],
    queryFn: ({ signal }) => bodyOf(api.GET('/board', { params: { query: { ...scope } }, signal })),
    staleTime: 5_000,
    // A board that is looked at again shows what is there now; the store of the screen holds what is shown.
    gcTime: 30_000,
    // After a broken line the stream of events tells what was missed; the board is not begun anew.
    refetchOnReconnect: false,
  });

/** Counts and sums alone, as far as the server gives them. */
export const boardTotals = (scope: BoardScope): Promise<Board> =>
  bodyOf(api.GET('/board', { params: { query: { ...scope, limit: 1 } } }));
