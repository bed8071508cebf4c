type Engine = typeof import('./drag-engine');

let engine: Engine | undefined;
let loading: Promise<void> | undefined;
const waiting = new Set<(loaded: Engine) => void>();

/**
 * Sets up something of dragging, now or as soon as it has been fetched: nobody drags before the first cards are painted, so
 * they do not wait for it. The answer takes it away again.
 */
export function withDragging(begin: (engine: Engine) => () => void): () => void {
  if (engine) return begin(engine);
  let end: (() => void) | undefined;
  const start = (loaded: Engine) => {
    end = begin(loaded);
  };
  waiting.add(start);
  loading ??= load();
  return () => {
    waiting.delete(start);
    end?.();
  };
}

async function load(): Promise<void> {
  try {
    engine = await import('./drag-engine');
  } catch {
    // The next card that is drawn tries again; until then there is "Move to…".
    loading = undefined;
    return;
  }
  for (const start of waiting) start(engine);
  waiting.clear();
}
