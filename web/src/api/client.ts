import type { Client } from 'openapi-fetch';
import { Problem, problemOf, type SentRequest } from './problem';
import type { components, paths } from './schema';

export { Problem, asProblem } from './problem';

/** A record of the API by its name in the document: `Schema<'Lead'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** A header for a write that is made only if the record is still at this version. */
export const ifMatch = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Asked {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown>; header?: Record<string, unknown> };
  headers?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * The API, typed by the document of the server: `api.GET('/leads/{id}', { params: { path: { id } } })`.
 *
 * Refusals are thrown as `Problem`, and each write has a key with which it can be repeated safely. The session's cookie goes
 * along by itself; the server takes writes with it from its own pages alone. The types are those of openapi-fetch; of what it
 * can do beyond them nothing is needed here.
 */
export const api = Object.fromEntries(
  (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies Method[]).map((method) => [
    method,
    (path: string, asked: Asked = {}) => ask(method, path, asked),
  ]),
) as unknown as Pick<Client<paths>, Method>;

async function ask(method: Method, path: string, { params = {}, headers, body, signal }: Asked) {
  const sent: SentRequest = {
    method,
    url: addressOf(path, params.path ?? {}, params.query ?? {}),
    headers: headersOf(method, { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers, ...params.header }),
    body: body === undefined ? null : JSON.stringify(body),
  };
  const response = await answerTo(sent, signal);
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return { data: text === '' ? undefined : (JSON.parse(text) as unknown), response };
}

async function answerTo({ url, ...init }: SentRequest, signal: AbortSignal | undefined): Promise<Response> {
  try {
    // A request and not its parts, for tests that stand in for the network.
    return await globalThis.fetch(new Request(url, { ...init, credentials: 'same-origin', ...(signal && { signal }) }));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    const document = { code: 'unreachable', title: 'No answer', detail: 'The server does not answer.' };
    throw new Problem(0, document, init.method === 'GET' ? {} : { request: { url, ...init } });
  }
}

function addressOf(path: string, named: Record<string, unknown>, query: Record<string, unknown>): string {
  const address = new URL(`/api${path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(named[name])))}`, globalThis.location.origin);
  for (const [name, value] of Object.entries(query))
    for (const each of [value].flat()) if (each != null) address.searchParams.append(name, String(each));
  return address.href;
}

function headersOf(method: Method, given: Record<string, unknown>): Record<string, string> {
  const all = { ...(method !== 'GET' && { [IDEMPOTENCY_KEY]: crypto.randomUUID() }), ...given };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value == null ? [] : [[name.toLowerCase(), String(value)]])));
}

/** The body of an answer; refusals have been thrown already. `await bodyOf(api.GET('/session'))` */
export async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<NonNullable<Body>> {
  const { data } = await answer;
  return data as NonNullable<Body>;
}
