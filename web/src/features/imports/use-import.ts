import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useLive } from '~/api/live';
import { type Import, type ImportState, forgetProblems, importQuery, importsQuery } from '~/api/queries/imports';
import { announce } from '~/app/announce';
import { useLatest } from '~/app/store';
import { say } from '~/i18n';
import { formats } from '~/i18n/formats';
import { STATE_WORDS } from './words';
import { isAtWork } from './steps';

/** How often at most the progress is read anew, however fast the events come. */
const PAUSE_MS = 250;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An import as it stands, followed while it is checked or run. */
export function useImport(id: string) {
  const cache = useQueryClient();
  const query = useQuery(importQuery(id));
  const refetch = useLatest(query.refetch);
  const isDue = useRef(false);
  const isReading = useRef(false);

  // An event that comes while the answer to the one before is on its way may know more than that answer.
  const read = useCallback(async () => {
    isDue.current = true;
    if (isReading.current) return;
    isReading.current = true;
    while (isDue.current) {
      isDue.current = false;
      await refetch.current();
      await pause(PAUSE_MS);
    }
    isReading.current = false;
  }, [refetch]);

  useLive(['import.progress'], (event) => {
    const data = event.data as { import?: string; state?: string } | null | undefined;
    if (event.type !== 'reset' && data?.import !== id) return;
    void read();
    if (data?.state !== 'checking' && data?.state !== 'running') void forgetProblems(cache, id);
  });
  useSpokenProgress(query.data);
  return query;
}

/** The list is read anew when an import has come to another state, not with each slice of rows. */
export function useImportsLive(): void {
  const cache = useQueryClient();
  const states = useRef(new Map<string, string>());
  useLive(['import.progress'], (event) => {
    const { import: id = '', state = '' } = (event.data ?? {}) as { import?: string; state?: string };
    if (event.type !== 'reset' && states.current.get(id) === state) return;
    states.current.set(id, state);
    void cache.invalidateQueries({ queryKey: importsQuery.queryKey });
  });
}

const SPEAK_AGAIN_MS = 15_000;

/** Says when a check or a run ends, and in between how far it is, at most every quarter of a minute. */
function useSpokenProgress(known: Import | undefined): void {
  const before = useRef<{ id: string; state: ImportState; at: number }>(undefined);
  useEffect(() => {
    if (!known) return;
    const last = before.current?.id === known.id ? before.current : undefined;
    if (!last || last.state !== known.state) {
      before.current = { id: known.id, state: known.state, at: Date.now() };
      if (last) announce(endOf(last.state, known));
    } else if (isAtWork(known.state) && known.progress && Date.now() - last.at > SPEAK_AGAIN_MS) {
      before.current = { ...last, at: Date.now() };
      announce(formats().percent(known.progress.fraction));
    }
  }, [known]);
}

function endOf(before: ImportState, known: Import): string {
  if (before === 'checking' && known.state === 'ready' && known.checked) {
    return say(
      {
        id: 'imports.checked.said',
        defaultMessage: 'Checked {rows, plural, one {# row} other {# rows}}. {bad, plural, =0 {All can go in.} one {# cannot go in.} other {# cannot go in.}}',
      },
      { rows: known.checked.rows ?? 0, bad: known.checked.invalid ?? 0 },
    );
  }
  return say({ id: 'imports.state.said', defaultMessage: 'Import: {state}' }, { state: say(STATE_WORDS[known.state]) });
}
