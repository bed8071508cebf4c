import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Action, useAction } from '~/api/action';
import { type Problem, api, bodyOf, ifMatch } from '~/api/client';
import { type Pipeline, pipelinesQuery } from '~/api/queries/pipelines';
import { useText } from '~/i18n';
import { type PipelineDraft, bodyOfDraft, draftOf, isChanged } from './draft';

export interface PipelineDraftState {
  readonly draft: PipelineDraft;
  readonly isDirty: boolean;
  /** What the server refused of it. */
  readonly problem: Problem | undefined;
  readonly save: Action<PipelineDraft, Pipeline>;
  readonly makeDefault: Action<undefined, Pipeline>;
  edit: (draft: PipelineDraft) => void;
  discard: () => void;
  /** Goes on from what the server has. */
  takeOver: (saved: Pipeline) => void;
}

/** A pipeline while it is edited, and the ways in which it is saved. */
export function usePipelineDraft(pipeline: Pipeline): PipelineDraftState {
  const text = useText();
  const cache = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(pipeline));
  const [base, setBase] = useState(pipeline);
  const [problem, setProblem] = useState<Problem>();
  const isDirty = isChanged(draft, base);
  // Somebody else has changed the pipeline: what is not being edited follows.
  if (pipeline.version !== base.version && !isDirty) {
    setBase(pipeline);
    setDraft(draftOf(pipeline));
  }
  const edit = (next: PipelineDraft) => {
    setProblem(undefined);
    setDraft(next);
  };
  const takeOver = (saved: Pipeline) => {
    setBase(saved);
    edit(draftOf(saved));
    cache.setQueryData(pipelinesQuery.queryKey, (before) => before?.map((it) => (it.id === saved.id ? saved : it)));
    void cache.invalidateQueries({ queryKey: ['pipelines'] });
    void cache.invalidateQueries({ queryKey: ['board'] });
  };
  const save = useAction({
    label: () => text({ id: 'pipelines.saved', defaultMessage: 'Saved {name}' }, { name: draft.name }),
    request: (wanted: PipelineDraft, key) => {
      const headers = { 'Idempotency-Key': key };
      const params = { path: { id: pipeline.id }, header: ifMatch(base.version) };
      return bodyOf(api.PATCH('/lead-pipelines/{id}', { params, body: bodyOfDraft(wanted), headers }));
    },
    settle: (_, saved) => takeOver(saved),
    refused: (refusal) => {
      setProblem(refusal);
      return true;
    },
  });
  const makeDefault = useAction<undefined, Pipeline>({
    label: () => text({ id: 'pipelines.defaulted', defaultMessage: 'New leads go to {name} now' }, { name: pipeline.name }),
    request: (_, key) => {
      const headers = { 'Idempotency-Key': key };
      return bodyOf(api.PATCH('/lead-pipelines/{id}', { params: { path: { id: pipeline.id } }, body: { isDefault: true }, headers }));
    },
    settle: (_, saved) => takeOver(saved),
  });
  return { draft, isDirty, problem, save, makeDefault, edit, takeOver, discard: () => edit(draftOf(base)) };
}
