import { connectionStore, onTryNow, setConnection } from '~/app/connection';
import { type LiveEvent, deliver } from './live';
import { sseReader } from './sse';

/** The server sends something every 15 seconds; after this long without it the line is broken. */
const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

type Shared =
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'state'; state: 'online' | 'offline'; last: string }
  | { kind: 'hello' };

/**
 * Listens to what happens in the workspace. A browser opens six connections to a server in all tabs together, so one tab
 * holds the stream (whoever gets the lock) and tells the others; when it closes, the next one goes on where it stood.
 * `from` is where the stream was before this tab read anything, if that is known: what happened since is not missed.
 */
export function startLive(scope: string, from: string, onSignedOut: () => void): () => void {
  const stopped = new AbortController();
  const channel = new BroadcastChannel(`leadline-live:${scope}`);
  const place = { last: from };
  let joined = false;
  let leading = false;
  const take = (event: LiveEvent) => {
    place.last = event.id;
    deliver(event);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Shared>) => {
    if (data.kind === 'event') take(data.event);
    else if (data.kind === 'state') {
      setConnection(data.state);
      if (!joined && data.last !== place.last) take(missed(data.last));
      joined = true;
    } else if (leading) {
      share({ kind: 'state', state: connectionStore.get().state === 'online' ? 'online' : 'offline', last: place.last });
    }
  });
  const share = (shared: Shared) => channel.postMessage(shared);
  share({ kind: 'hello' });
  const lead = async () => {
    leading = true;
    await hold(stopped.signal, place, {
      onEvent: (event) => {
        take(event);
        share({ kind: 'event', event });
      },
      onState: (state) => {
        setConnection(state);
        share({ kind: 'state', state, last: place.last });
      },
      onSignedOut,
    });
  };
  if (navigator.locks) {
    navigator.locks.request(`leadline-live:${scope}`, { signal: stopped.signal }, lead).catch(ignoreAbort);
  } else {
    // Without a secure origin there are no locks; each tab then listens for itself.
    void lead();
  }
  return () => {
    stopped.abort();
    channel.close();
  };
}

/** Stands for events that this tab has not heard of: what is shown is read afresh. */
const missed = (id: string): LiveEvent => ({ id, type: 'reset', at: new Date().toISOString(), leadId: null });

function ignoreAbort(thrown: unknown): void {
  if (!(thrown instanceof DOMException && thrown.name === 'AbortError')) throw thrown;
}

interface Ears {
  onEvent: (event: LiveEvent) => void;
  onState: (state: 'online' | 'offline') => void;
  onSignedOut: () => void;
}

/** Keeps a stream open until it is told to stop. */
async function hold(stop: AbortSignal, place: { last: string }, ears: Ears): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!stop.aborted) {
    const end = await listen(stop, place, {
      ...ears,
      onState: (state) => {
        if (state === 'online') pause = FIRST_PAUSE_MS;
        ears.onState(state);
      },
    });
    if (stop.aborted) return;
    if (end === 'signed-out') return ears.onSignedOut();
    if (end === 'forbidden') return ears.onState('online');
    ears.onState('offline');
    await rest(pause, stop);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** A pause that ends early when the browser is on line again, or somebody presses "Try now". */
function rest(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      stop.removeEventListener('abort', done);
      forget();
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const forget = onTryNow(done);
    window.addEventListener('online', done);
    stop.addEventListener('abort', done);
  });
}

/** One connection, from its opening to its end. */
async function listen(
  stop: AbortSignal,
  place: { last: string },
  ears: Ears,
): Promise<'broken' | 'signed-out' | 'forbidden'> {
  const broken = new AbortController();
  const giveUp = () => broken.abort();
  let silence = setTimeout(giveUp, SILENCE_MS);
  stop.addEventListener('abort', giveUp);
  // A line that the browser knows to be gone needs no silence to tell.
  window.addEventListener('offline', giveUp);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(giveUp, SILENCE_MS);
    ears.onState('online');
  };
  try {
    const response = await fetch('/api/events', {
      signal: broken.signal,
      headers: { accept: 'text/event-stream', ...(place.last ? { 'last-event-id': place.last } : {}) },
    });
    if (response.status === 401) return 'signed-out';
    if (response.status === 403) return 'forbidden';
    // An id of before, say after a restored backup, is no place to go on from.
    if (response.status === 422) place.last = '';
    if (!response.ok || !response.body) return 'broken';
    heard();
    const read = sseReader((message) => {
      heard();
      if (!message) return;
      const event = { ...(JSON.parse(message.data) as LiveEvent), type: message.event };
      // Nobody knew where to begin: something may have happened since this tab read what it shows.
      if (event.type === 'hello') ears.onEvent(missed(event.id));
      else ears.onEvent(event);
    });
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) read(piece.value);
    return 'broken';
  } catch {
    return 'broken';
  } finally {
    clearTimeout(silence);
    stop.removeEventListener('abort', giveUp);
    window.removeEventListener('offline', giveUp);
    broken.abort();
  }
}
