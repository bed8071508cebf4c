import { type Me, sessionQuery } from '~/api/queries/session';
import { DEFAULT_PREFERENCES, applyPreferences } from '~/app/preferences';
import { queryClient } from '~/app/queryClient';

/** From here on somebody is signed in; nothing that was known before belongs to them. */
export function enter(me: Me): void {
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, me);
  applyPreferences(me.preferences ?? DEFAULT_PREFERENCES);
}

/** An address of this app to go on to; anything that could lead elsewhere is not one. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
