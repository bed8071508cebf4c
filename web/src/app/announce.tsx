import { useSyncExternalStore } from 'react';

type Politeness = 'polite' | 'assertive';

/** What the two live regions hold. A repeated text is told apart by an invisible mark, or nobody would hear it. */
const said: Record<Politeness, string> = { polite: '', assertive: '' };
const listeners = new Set<() => void>();
const MARK = '\u{a0}';

/** Says something to those who do not see the screen. Short and in the present or past tense. */
export function announce(text: string, politeness: Politeness = 'polite'): void {
  said[politeness] = said[politeness] === text ? text + MARK : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The two live regions of the whole app. They stand in the page from the start, or they would not be heard;
 * `data-live-announcer` keeps them heard while a dialog makes everything else inert.
 */
export function LiveRegions() {
  const polite = useSyncExternalStore(subscribe, () => said.polite);
  const assertive = useSyncExternalStore(subscribe, () => said.assertive);
  return (
    <>
      <div className="sr-only" role="status" aria-live="polite" data-live="polite" data-live-announcer="true">
        {polite}
      </div>
      <div className="sr-only" role="alert" aria-live="assertive" data-live="assertive" data-live-announcer="true">
        {assertive}
      </div>
    </>
  );
}
