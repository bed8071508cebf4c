import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schema } from '~/api/client';
import { type Me, sessionQuery } from '~/api/queries/session';
import { queryClient } from './queryClient';

export type Permission = Schema<'Permission'>;

/** What a person has chosen for all screens. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  density: 'compact' | 'comfortable' | 'touch';
  locale: string | null;
  timeZone: string | null;
  sidebar: 'wide' | 'narrow';
  shortcuts: { singleKeys: boolean; keys: Record<string, string> };
  /** What single screens remember, by the screen's name: widths of columns, the board's collapsed stages … */
  screens: Record<string, unknown>;
}

export interface Session {
  user: NonNullable<Me['user']>;
  workspace: Me['workspace'];
  workspaces: Me['workspaces'];
  role: Me['role'];
  scope: Me['scope'];
  can: (permission: Permission) => boolean;
  prefs: Preferences;
  setPref: <Name extends keyof Preferences>(name: Name, value: Preferences[Name]) => void;
}

/** What somebody begins with. */
export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  density: 'comfortable',
  locale: null,
  timeZone: null,
  sidebar: 'wide',
  shortcuts: { singleKeys: true, keys: {} },
  screens: {},
};

/** `leads:manage` holds the rights below it, and the server names each of them; so a look at the list is enough. */
export function sessionOf(me: Me): Session {
  const rights = new Set<string>(me.permissions);
  const user = me.user ?? { id: me.apiKey?.id ?? '', name: me.apiKey?.name ?? '', email: '' };
  return {
    user,
    workspace: me.workspace,
    workspaces: me.workspaces,
    role: me.role,
    scope: me.scope,
    can: (permission) => rights.has(permission),
    prefs: DEFAULT_PREFERENCES,
    setPref: () => undefined,
  };
}

/** The signed-in person. Only below the shell's route, which sends strangers to the sign-in page. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('useSession is used outside of the signed-in part of the app');
  return useMemo(() => sessionOf(data), [data]);
}

/** The same outside of components; nothing where nobody is signed in. */
export function currentSession(): Session | undefined {
  const me = queryClient.getQueryData(sessionQuery.queryKey);
  return me && sessionOf(me);
}
