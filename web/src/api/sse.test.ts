import { expect, test } from 'vitest';
import { type SseMessage, sseReader } from './sse';

const TEXT = 'retry: 2000\nevent: hello\ndata: {"id":"1"}\nid: 1\n\n: heartbeat\n\nid: 2\nevent: lead.created\ndata: {"a":\ndata: 1}\n\n';

function read(pieces: string[]): (SseMessage | undefined)[] {
  const found: (SseMessage | undefined)[] = [];
  const take = sseReader((message) => found.push(message));
  for (const piece of pieces) take(piece);
  return found;
}

const EXPECTED = [
  { id: '1', event: 'hello', data: '{"id":"1"}' },
  undefined,
  { id: '2', event: 'lead.created', data: '{"a":\n1}' },
];

test('a stream is taken apart into its messages', () => {
  expect(read([TEXT])).toEqual(EXPECTED);
  expect(read([TEXT.replaceAll('\n', '\r\n')])).toEqual(EXPECTED);
});

test('wherever its pieces end', () => {
  for (let at = 1; at < TEXT.length; at += 1) expect(read([TEXT.slice(0, at), TEXT.slice(at)])).toEqual(EXPECTED);
  expect(read([...TEXT])).toEqual(EXPECTED);
});
