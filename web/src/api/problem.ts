import type { components } from './schema';

type Document = components['schemas']['Problem'];

/** A request as it was sent, so that it can be sent again with the same idempotency key. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** What the server refused, in its own words; or that it could not be reached (`status` 0). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Stable and made for programs; `unreachable` where there was no answer at all. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Messages by the path of the field they are about. */
  readonly errors: Record<string, string[]>;
  readonly requestId: string | undefined;
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined;
  /** On 412: the record as it stands now. */
  readonly current: unknown;
  /** The request nobody answered; only where `status` is 0. */
  readonly request: SentRequest | undefined;

  constructor(status: number, document: Partial<Document>, more: { retryAfter?: number; request?: SentRequest } = {}) {
    const detail = document.detail ?? document.title ?? `The server answered ${status}.`;
    super(detail);
    this.status = status;
    this.code = document.code ?? `http_${status}`;
    this.title = document.title ?? '';
    this.detail = detail;
    this.errors = document.errors ?? {};
    this.requestId = document.requestId;
    this.retryAfter = more.retryAfter;
    this.current = document.current ?? undefined;
    this.request = more.request;
  }

  /** Nobody answered: the server is down or the line is broken. What was asked may have happened or not. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** Reads a refusal. A proxy in between may answer without a problem document. */
export async function problemOf(response: Response): Promise<Problem> {
  const document = (await response.json().catch(() => ({}))) as Partial<Document>;
  const seconds = Number(response.headers.get('retry-after'));
  return new Problem(response.status, document, seconds > 0 ? { retryAfter: seconds } : {});
}

/** Anything that was thrown, as a problem, so that there is one kind of failure to show. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem(-1, { code: 'failed', title: 'Failed', detail });
}
