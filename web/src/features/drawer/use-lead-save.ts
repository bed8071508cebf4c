import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { runAction } from '~/api/action';
import type { Problem } from '~/api/client';
import type { Lead } from '~/api/queries/leads';
import { announce } from '~/app/announce';
import { useLatest } from '~/app/store';
import { useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { editLead, problemWords } from '~/kit/lead-actions';
import { changeOf } from '~/kit/lead-edit';

/** Why a field was not saved. */
export interface Refusal {
  /** What was to be saved. */
  value: unknown;
  words: string;
  /** The lead as somebody else has made it meanwhile, where that is why. */
  theirs?: Lead;
}

export interface LeadSave {
  save: (field: string, value: unknown, what: string, base?: Lead) => void;
  refusals: ReadonlyMap<string, Refusal>;
  /** The field that was saved a moment ago. */
  saved: string | undefined;
  forget: (field: string) => void;
}

const SHOWN_MS = 2000;

/** Saves single fields of a lead, and keeps what was refused until it is mended. */
export function useLeadSave(lead: Lead | undefined): LeadSave {
  const text = useText();
  const cache = useQueryClient();
  const directory = useDirectory();
  const [refusals, setRefusals] = useState<ReadonlyMap<string, Refusal>>(new Map());
  const [saved, setSaved] = useState<string>();
  const latest = useLatest(lead);

  const mark = useCallback((field: string, refusal: Refusal | undefined) => {
    setRefusals((before) => {
      const next = new Map(before);
      if (refusal) next.set(field, refusal);
      else next.delete(field);
      return next;
    });
  }, []);

  const save = useCallback(
    (field: string, value: unknown, what: string, base: Lead | undefined = latest.current) => {
      const made = base && changeOf(field, value, base, directory);
      if (!base || !made) return;
      mark(field, undefined);
      const edit = { lead: base, change: made.change, what, refused: () => true };
      void runAction(cache, editLead, edit).then((outcome) => {
        if (outcome.state === 'refused') {
          const refusal = refusalOf(outcome.problem, made.path, value);
          mark(field, refusal);
          announce(refusal.words, 'assertive');
          return;
        }
        setSaved(field);
        announce(text({ id: 'drawer.saved', defaultMessage: '{what} saved' }, { what }));
        setTimeout(() => setSaved((now) => (now === field ? undefined : now)), SHOWN_MS);
      });
    },
    [cache, directory, latest, mark, text],
  );
  const forget = useCallback((field: string) => mark(field, undefined), [mark]);
  return { save, refusals, saved, forget };
}

function refusalOf(problem: Problem, path: string, value: unknown): Refusal {
  const current = problem.status === 412 ? (problem.current as Lead | undefined) : undefined;
  return { value, words: problemWords(problem, path), ...(current && { theirs: current }) };
}
