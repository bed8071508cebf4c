import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, problemOf, type SentRequest } from './problem';
import type { components, paths } from './schema';

export { Problem, asProblem } from './problem';

/** A record of the API by its name in the document: `Schema<'Lead'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** A header for a write that is made only if the record is still at this version. */
export const ifMatch = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });

/**
 * Turns refusals into thrown problems, and gives each write a key with which it can be repeated safely.
 * The session's cookie goes along by itself; the server takes writes with it from its own pages alone.
 */
const habits: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && !request.headers.has(IDEMPOTENCY_KEY)) {
      request.headers.set(IDEMPOTENCY_KEY, crypto.randomUUID());
    }
    sent.set(request, request.method === 'GET' ? undefined : request.clone());
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    return response;
  },
  async onError({ request, error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    const copy = sent.get(request);
    const document = { code: 'unreachable', title: 'No answer', detail: 'The server does not answer.' };
    return new Problem(0, document, copy ? { request: await snapshot(copy) } : {});
  },
};

/** A body can be read once, so writes are copied before they go out. */
const sent = new WeakMap<Request, Request | undefined>();

async function snapshot(request: Request): Promise<SentRequest> {
  const body = await request.text();
  return {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers.entries()),
    body: body === '' ? null : body,
  };
}

/**
 * The API, typed by the document of the server: `api.GET('/leads/{id}', { params: { path: { id } } })`.
 * Refusals are thrown as `Problem`.
 */
export const api = createClient<paths>({
  baseUrl: `${globalThis.location.origin}/api`,
  // Looked up on each call, so that tests can stand in for the network.
  fetch: (request) => globalThis.fetch(request),
  credentials: 'same-origin',
});
api.use(habits);

/** The body of an answer; refusals have been thrown already. `await bodyOf(api.GET('/session'))` */
export async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<NonNullable<Body>> {
  const { data } = await answer;
  return data as NonNullable<Body>;
}
