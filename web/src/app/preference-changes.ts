import { api, asProblem, bodyOf } from '~/api/client';
import { sessionQuery } from '~/api/queries/session';
import { DEFAULT_PREFERENCES, type Preferences, type PreferencesChange, applyPreferences } from './preferences';
import { queryClient } from './queryClient';
import { toast } from './toast';

/** A change as it is merged by the server: names that are not sent stay, null forgets. */
export function mergePreferences(before: Preferences, change: PreferencesChange): Preferences {
  const { shortcuts, screens, ...plain } = change;
  const set = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return {
    ...before,
    ...set,
    shortcuts: {
      singleKeys: shortcuts?.singleKeys ?? before.shortcuts.singleKeys,
      keys: mergeNames(before.shortcuts.keys, shortcuts?.keys),
    },
    screens: mergeNames(before.screens, screens),
  };
}

function mergeNames<Value>(
  before: Record<string, Value>,
  change: Record<string, Value | null> | null | undefined,
): Record<string, Value> {
  const all: [string, Value | null][] = [...Object.entries(before), ...Object.entries(change ?? {})];
  return Object.fromEntries(
    [...new Map(all)].filter((entry): entry is [string, Value] => entry[1] !== null),
  );
}

function show(prefs: Preferences): void {
  queryClient.setQueryData(sessionQuery.queryKey, (me) => me && { ...me, preferences: prefs });
  applyPreferences(prefs);
}

/** Choices go out one after the other, so that an answer to an earlier one never undoes a later. */
let line: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** Shown at once, kept by the server a moment later. A refusal brings back what the server has. */
export function changePreferences(change: PreferencesChange): Promise<void> {
  const me = queryClient.getQueryData(sessionQuery.queryKey);
  if (!me) return Promise.resolve();
  show(mergePreferences(me.preferences ?? DEFAULT_PREFERENCES, change));
  waiting += 1;
  const sent = line.then(async () => {
    try {
      const kept = await bodyOf(api.PATCH('/preferences', { body: change }));
      if (waiting === 1) show(kept);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.unreachable) return;
      toast({ tone: 'danger', text: problem.detail, requestId: problem.requestId });
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    } finally {
      waiting -= 1;
    }
  });
  line = sent;
  return sent;
}

/** What a screen remembers, such as the width of its columns. */
export function rememberScreen(name: string, value: unknown): Promise<void> {
  return changePreferences({ screens: { [name]: value as Record<string, never> | null } });
}
