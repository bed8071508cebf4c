import { type RefObject, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** The rows that are in sight, whole or in part. */
export interface Sight {
  first: number;
  last: number;
}

/** What a column is taken for until it has been measured: most are about as high. */
const UNMEASURED = 720;

const sightAt = (top: number, height: number, rowHeight: number): Sight => ({
  first: Math.max(0, Math.floor(top / rowHeight)),
  last: Math.max(0, Math.ceil((top + height) / rowHeight) - 1),
});

/** Follows which rows of one height are in sight of what scrolls. How many there are is not asked here. */
export function useSight(scroller: RefObject<HTMLElement | null>, rowHeight: number): Sight {
  const [sight, setSight] = useState(() => sightAt(0, UNMEASURED, rowHeight));
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    let height = box.clientHeight;
    let known = sightAt(0, UNMEASURED, rowHeight);
    const look = (): boolean => {
      const now = sightAt(box.scrollTop, height, rowHeight);
      if (now.first === known.first && now.last === known.last) return false;
      known = now;
      return true;
    };
    // At once, or the next frame would be painted without the rows that have come into sight.
    const onScroll = () => look() && flushSync(() => setSight(known));
    const sizes = new ResizeObserver(() => {
      height = box.clientHeight;
      if (look()) setSight(known);
    });
    look();
    // oxlint-disable-next-line react/set-state-in-effect -- how high it is can be asked only of what stands in the page
    setSight(known);
    sizes.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, [scroller, rowHeight]);
  return sight;
}
