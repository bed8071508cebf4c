import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schema } from '~/api/client';
import { type Me, sessionQuery } from '~/api/queries/session';
import { DEFAULT_PREFERENCES, type Preferences } from './preferences';
import { queryClient } from './queryClient';

export type Permission = Schema<'Permission'>;

export interface Session {
  user: NonNullable<Me['user']>;
  workspace: Me['workspace'];
  workspaces: Me['workspaces'];
  role: Me['role'];
  scope: Me['scope'];
  /** Whether the person may: `can('leads:edit')`. Screens hide or explain; the server decides. */
  can: (permission: Permission) => boolean;
  prefs: Preferences;
  /** Shown at once and kept by the server: `setPref('density', 'compact')`. Screens and keys are merged by name. */
  setPref: <Name extends keyof Preferences>(name: Name, value: Preferences[Name]) => void;
}

/** `leads:manage` holds the rights below it, and the server names each of them; so a look at the list is enough. */
export function sessionOf(me: Me): Session {
  const rights = new Set<string>(me.permissions);
  return {
    user: me.user ?? { id: me.apiKey?.id ?? '', name: me.apiKey?.name ?? '', email: '' },
    workspace: me.workspace,
    workspaces: me.workspaces,
    role: me.role,
    scope: me.scope,
    can: (permission) => rights.has(permission),
    prefs: me.preferences ?? DEFAULT_PREFERENCES,
    setPref: (name, value) => void import('./preference-changes').then((it) => it.changePreferences({ [name]: value })),
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
