import { IDEMPOTENCY_KEY, Problem } from './client';
import { problemOf } from './problem';

export interface Upload<Result> {
  done: Promise<Result>;
  /** Breaks it off; `done` is then refused with the code `aborted`. */
  stop: () => void;
}

/**
 * Sends a file as it is. The browser reads it from the disk piece by piece while it goes out, so its size does not
 * matter here; the client for the other requests copies what it sends, which is why files have a way of their own.
 * `fetch` cannot say how far a body has come, hence the older kind of request.
 */
export function uploadFile<Result>(path: string, file: File, onSent: (bytes: number) => void): Upload<Result> {
  const request = new XMLHttpRequest();
  const done = new Promise<Result>((resolve, reject) => {
    request.upload.addEventListener('progress', (event) => onSent(Math.min(event.loaded, file.size)));
    request.addEventListener('load', () => {
      const answer = new Response(request.responseText, { status: request.status, headers: retryAfter(request) });
      if (answer.ok) resolve(JSON.parse(request.responseText) as Result);
      else void problemOf(answer).then(reject);
    });
    request.addEventListener('error', () => reject(UNREACHABLE()));
    request.addEventListener('abort', () => reject(new Problem(0, { code: 'aborted', title: 'Stopped', detail: 'Stopped.' })));
  });
  request.open('POST', `${globalThis.location.origin}/api${path}`);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader(IDEMPOTENCY_KEY, crypto.randomUUID());
  request.send(file);
  return { done, stop: () => request.abort() };
}

const UNREACHABLE = (): Problem =>
  new Problem(0, { code: 'unreachable', title: 'No answer', detail: 'The server does not answer.' });

function retryAfter(request: XMLHttpRequest): Record<string, string> {
  const seconds = request.getResponseHeader('retry-after');
  return seconds === null ? {} : { 'retry-after': seconds };
}
