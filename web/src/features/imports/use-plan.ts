import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { showProblem } from '~/api/action';
import { type Problem, api, asProblem, bodyOf } from '~/api/client';
import { type Import, type ImportChange, importQuery, settleImport } from '~/api/queries/imports';
import { useConnection } from '~/app/connection';

export interface PlanSaver {
  /** Shown at once and sent; what is changed while another change is on its way goes out with the next one. */
  change: (part: ImportChange) => void;
  isSaving: boolean;
  /** The file is looked at again in another way, so its columns may change. */
  isRereading: boolean;
  /** What the server refused last. */
  problem: Problem | undefined;
}

/** Keeps what is decided about an import on the server, as it is decided. */
export function usePlan(id: string): PlanSaver {
  const cache = useQueryClient();
  const { state } = useConnection();
  const waiting = useRef<ImportChange>(undefined);
  const isSending = useRef(false);
  const [saving, setSaving] = useState<ImportChange>();
  const [problem, setProblem] = useState<Problem>();
  const key = importQuery(id).queryKey;

  const send = useCallback(async () => {
    isSending.current = true;
    while (waiting.current) {
      const body = waiting.current;
      waiting.current = undefined;
      setSaving(body);
      try {
        const known = await bodyOf(api.PATCH('/imports/{id}', { params: { path: { id } }, body }));
        setProblem(undefined);
        // What was changed meanwhile is newer than this answer.
        settleImport(cache, waiting.current ? shown(known, waiting.current) : known);
      } catch (thrown) {
        const refusal = asProblem(thrown);
        setProblem(refusal);
        showProblem(refusal);
        waiting.current = undefined;
        await cache.invalidateQueries({ queryKey: key });
      }
    }
    setSaving(undefined);
    isSending.current = false;
  }, [cache, id, key]);

  const change = useCallback(
    (part: ImportChange) => {
      if (state === 'offline') return;
      waiting.current = { ...waiting.current, ...part };
      cache.setQueryData(key, (before) => before && shown(before, part));
      if (!isSending.current) void send();
    },
    [cache, key, send, state],
  );
  return { change, isSaving: saving !== undefined, isRereading: saving?.reading != null, problem };
}

/** The import with the change in it, as far as this side can know. */
function shown(known: Import, { name, reading, values, columns, constants, decide }: ImportChange): Import {
  const plan = {
    ...known.plan,
    ...(reading && { reading }),
    ...(values && { values }),
    ...(columns && { columns }),
    ...(constants && { constants }),
    ...(decide && { decide }),
  };
  return { ...known, ...(name != null && { name }), plan };
}
