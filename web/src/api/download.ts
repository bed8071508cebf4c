import { IDEMPOTENCY_KEY } from './client';
import { problemOf } from './problem';

export interface Downloaded {
  file: Blob;
  /** As the server calls it. */
  name: string | undefined;
}

/**
 * Asks for a file by a body that is too long for an address. The file comes through the memory of the page; a link to an
 * address is streamed to the disk by the browser and has no such bound.
 */
export async function downloadFile(path: string, body: unknown): Promise<Downloaded> {
  const response = await globalThis.fetch(
    new Request(`${globalThis.location.origin}/api${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', [IDEMPOTENCY_KEY]: crypto.randomUUID() },
      body: JSON.stringify(body),
    }),
  );
  if (!response.ok) throw await problemOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { file: await response.blob(), name };
}
