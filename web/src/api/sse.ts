/** One message of a stream of server-sent events. */
export interface SseMessage {
  id: string;
  event: string;
  data: string;
}

/**
 * Takes a stream of server-sent events apart. Text comes in pieces that end anywhere.
 * Comments, which only keep the connection open, are reported as `undefined`, for they show that it lives.
 */
export function sseReader(onMessage: (message: SseMessage | undefined) => void): (piece: string) => void {
  let rest = '';
  let message: SseMessage = { id: '', event: '', data: '' };
  const line = (text: string) => {
    if (text === '') {
      if (message.data) onMessage(message);
      message = { id: message.id, event: '', data: '' };
      return;
    }
    if (text.startsWith(':')) return onMessage(undefined);
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') message.id = value;
    else if (name === 'event') message.event = value;
    else if (name === 'data') message.data = message.data ? `${message.data}\n${value}` : value;
    return undefined;
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const each of lines) line(each);
  };
}
