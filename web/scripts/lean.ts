import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Modules of libraries that every first paint would bring and that this app has no use for, or a small one: each by the end of
 * its path, with the one that stands in for it where the app is built.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  // Vite's own fetches what a part imports ahead and waits for its sheets of styles: there is one sheet only, and no lists of
  // what to fetch (`modulePreload`).
  'vite/preload-helper.js': 'preload.js',
  // The screens scroll inside of themselves, and each keeps its own place.
  '/@tanstack/router-core/dist/esm/scroll-restoration.js': 'scroll-restoration.js',
  // Writes are actions of our own, with an inverse and an outbox.
  '/@tanstack/query-core/build/modern/mutationCache.js': 'mutation-cache.js',
  // React has had the hook itself for a long time.
  '/use-sync-external-store/shim/with-selector.js': 'external-store.js',
};

/** Fails the build where one of them is no longer met: a newer release of the library has it elsewhere, and wants a look. */
export function lean(): Plugin {
  const missed = new Set(Object.keys(STAND_INS));
  return {
    name: 'leadline-lean',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      const found = Object.keys(STAND_INS).find((it) => id.endsWith(it));
      if (found === undefined) return undefined;
      missed.delete(found);
      return readFileSync(new URL(`lean/${STAND_INS[found]}`, import.meta.url), 'utf8');
    },
    buildEnd(error) {
      if (!error && missed.size > 0) this.error(`no module to stand in for: ${[...missed].join(', ')}`);
    },
  };
}
