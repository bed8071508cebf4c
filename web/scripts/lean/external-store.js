import { useRef, useSyncExternalStore } from 'react';

/** The hook of React with a selector: the same snapshot gives the same answer, and an equal one is the one of before. */
export function useSyncExternalStoreWithSelector(subscribe, getSnapshot, _onServer, selector, isEqual) {
  const last = useRef(undefined);
  const select = () => {
    const before = last.current;
    const snapshot = getSnapshot();
    if (before?.selector === selector && Object.is(before.snapshot, snapshot)) return before.made;
    const made = selector(snapshot);
    last.current = { snapshot, selector, made: before && isEqual(before.made, made) ? before.made : made };
    return last.current.made;
  };
  return useSyncExternalStore(subscribe, select);
}
