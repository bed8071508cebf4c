import { useEffect } from 'react';
import { useLatest } from '~/app/store';
import type { Schema } from './client';

/** Something that happened in the workspace. `reset` says that events were missed: read afresh what you show. */
export type LiveEvent = Schema<'StreamedEvent'>;

type Handler = (event: LiveEvent) => void;

const handlers = new Set<{ types: readonly string[]; handler: { current: Handler } }>();

/** Hands an event to everybody in this tab who asked for its type. */
export function deliver(event: LiveEvent): void {
  for (const { types, handler } of handlers) {
    if (types.includes(event.type) || types.includes('*') || event.type === 'reset') handler.current(event);
  }
}

/**
 * Tells a component of events: `useLive(['lead.created', 'lead.updated'], (event) => …)`; `'*'` means all of them.
 * `reset` goes to everybody. One tab holds the stream and shares it; never open one in a component.
 */
export function useLive(types: readonly string[], handler: Handler): void {
  const latest = useLatest(handler);
  const names = types.join(',');
  useEffect(() => {
    const entry = { types: names.split(','), handler: latest };
    handlers.add(entry);
    return () => void handlers.delete(entry);
  }, [names, latest]);
}
