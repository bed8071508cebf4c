import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState, type RefObject } from 'react';
import { type LiveEvent, useLive } from '~/api/live';
import { api, bodyOf } from '~/api/client';
import { briefOf, refreshLead, refreshLists, settleLead } from '~/api/queries/leads';
import { announce } from '~/app/announce';
import { say } from '~/i18n';

/** What changes a lead where it stands, and what changes which leads stand there. */
const INSIDE = new Set(['lead.updated', 'lead.tagged', 'lead.assigned', 'lead.stage_changed', 'lead.submitted']);
const CHANGES = [...INSIDE, 'lead.created', 'lead.deleted', 'lead.restored', 'lead.merged', 'lead.purged'];

export interface Held {
  /** How many arrivals and departures wait. */
  count: number;
  apply: () => void;
}

/**
 * Keeps a list of leads up to date. A lead that is shown changes where it stands; what would move rows is held
 * while somebody is in the list, and offered.
 */
export function useLeadsLive(list: RefObject<HTMLElement | null>, shownAt: number): Held {
  const cache = useQueryClient();
  const [held, setHeld] = useState<{ count: number; at: number }>({ count: 0, at: 0 });
  const asking = useRef(new Set<string>());

  const look = useCallback(
    async (id: string) => {
      if (asking.current.has(id)) return;
      asking.current.add(id);
      try {
        settleLead(cache, await bodyOf(api.GET('/leads/{id}', { params: { path: { id } } })));
      } catch {
        // It is gone, or not to be seen any more; the list says so when it is read afresh.
      } finally {
        asking.current.delete(id);
      }
    },
    [cache],
  );

  useLive(CHANGES, (event: LiveEvent) => {
    if (event.type === 'reset') return refreshLists(cache);
    const id = event.leadId;
    if (id && INSIDE.has(event.type) && !event.left) {
      if (briefOf(cache, id)) void look(id);
      refreshLead(cache, id);
      return;
    }
    if (id) refreshLead(cache, id);
    const isBusy =
      list.current?.contains(document.activeElement) ||
      (list.current?.querySelector('[role=grid]')?.scrollTop ?? 0) > 0;
    if (!isBusy) return refreshLists(cache);
    setHeld((before) => {
      const count = before.at < shownAt ? 1 : before.count + 1;
      if (count === 1)
        announce(say({ id: 'leads.live', defaultMessage: 'The list has changed. Refresh it when you are ready.' }));
      return { count, at: Date.now() };
    });
  });

  const apply = useCallback(() => {
    setHeld({ count: 0, at: 0 });
    refreshLists(cache);
  }, [cache]);
  // What was read after the event has it in already.
  return { count: held.at > shownAt ? held.count : 0, apply };
}
