/** The list that somebody came from, so that `[` and `]` lead from one of its records to the next. */
import { useEffect } from 'react';
import { createStore, useStore } from '~/app/store';

export interface Walk {
  /** In the order of the list, as far as it is loaded. */
  ids: readonly string[];
  /** Asks for more, when the last is near. */
  more?: () => void;
}

const current = createStore<Walk>({ ids: [] });

/** A list tells which records it shows. */
export const setWalk = (walk: Walk): void => current.set(walk);

export interface Neighbours {
  previous: string | undefined;
  next: string | undefined;
  /** Counted from 1; 0 where the record is none of the list. */
  position: number;
  count: number;
}

export function useNeighbours(id: string): Neighbours {
  const { ids, more } = useStore(current);
  const at = ids.indexOf(id);
  const isNearEnd = at >= 0 && at >= ids.length - 2;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);
  return {
    previous: at > 0 ? ids[at - 1] : undefined,
    next: at >= 0 ? ids[at + 1] : undefined,
    position: at + 1,
    count: ids.length,
  };
}
