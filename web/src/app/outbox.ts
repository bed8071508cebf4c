import { connectionStore, setConnection } from './connection';
import { type Waiting, waitingWrites } from './waiting';

const DATABASE = 'leadline';
const TABLE = 'outbox';

let owner = '';
/** Is told when waiting writes have gone out, so that what is shown is read afresh. */
let onSent: () => void = () => undefined;

/** Begins to keep and send the writes of this person. */
export async function openOutbox(of: string, whenSent: () => void): Promise<void> {
  owner = of;
  onSent = whenSent;
  waitingWrites.set(((await keptHere()) ?? []).filter((it) => it.owner === of).toSorted((one, other) => one.at - other.at));
  if (waitingWrites.get().length > 0) void sendWaiting();
}

/** Keeps a write for later. It is sent with the idempotency key it had, so it happens once even if it had arrived. */
export async function enqueue(write: Pick<Waiting, 'label' | 'request'>): Promise<void> {
  const made: Waiting = { ...write, id: crypto.randomUUID(), owner, at: Date.now() };
  waitingWrites.set((before) => [...before, made]);
  setConnection('offline');
  await store('readwrite', (table) => table.put(made));
}

/** Forgets a write: it was sent, or the person has let go of it. */
export async function discard(id: string): Promise<void> {
  waitingWrites.set((before) => before.filter((it) => it.id !== id));
  await store('readwrite', (table) => table.delete(id));
}

let sending = false;

/** Sends what waits, in the order in which it was done; one tab at a time. A refusal is kept and shown. */
export async function sendWaiting(): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    const work = async () => {
      let sent = 0;
      for (const entry of waitingWrites.get().filter((it) => it.refusal === undefined)) {
        const outcome = await send(entry);
        if (outcome === 'unreachable') break;
        sent += 1;
      }
      if (sent > 0) onSent();
    };
    await (navigator.locks ? navigator.locks.request('leadline-outbox', work) : work());
  } finally {
    sending = false;
  }
}

async function send({ id, request }: Waiting): Promise<'sent' | 'unreachable'> {
  // Another tab may have sent it while this one waited for its turn. Where nothing can be kept, no other tab knows of it.
  const kept = await keptHere();
  if (kept?.every((it) => it.id !== id)) {
    waitingWrites.set((before) => before.filter((it) => it.id !== id));
    return 'sent';
  }
  let response: Response;
  try {
    response = await fetch(request.url, { method: request.method, headers: request.headers, body: request.body });
  } catch {
    return 'unreachable';
  }
  if (response.status >= 500 || response.status === 429 || response.status === 401) return 'unreachable';
  if (response.ok) {
    await discard(id);
    return 'sent';
  }
  const document = (await response.json().catch(() => ({}))) as { detail?: string };
  await refuse(id, document.detail ?? `${response.status}`);
  return 'sent';
}

async function refuse(id: string, refusal: string): Promise<void> {
  waitingWrites.set((before) => before.map((it) => (it.id === id ? { ...it, refusal } : it)));
  const entry = waitingWrites.get().find((it) => it.id === id);
  if (entry) await store('readwrite', (table) => table.put(entry));
}

connectionStore.subscribe(() => {
  if (connectionStore.get().state === 'online' && waitingWrites.get().some((it) => it.refusal === undefined)) void sendWaiting();
});

/** Nothing where this browser keeps nothing, as in private windows. */
const keptHere = (): Promise<Waiting[] | undefined> =>
  store('readonly', (table) => table.getAll() as IDBRequest<Waiting[]>);

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(TABLE, { keyPath: 'id' }));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
  return opened;
}

/** A browser that keeps nothing, as in private windows, still sends what this tab remembers. */
async function store<Result>(
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  try {
    const transaction = (await database()).transaction(TABLE, mode);
    const request = work(transaction.objectStore(TABLE));
    return await new Promise((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(transaction.error));
    });
  } catch {
    return undefined;
  }
}
