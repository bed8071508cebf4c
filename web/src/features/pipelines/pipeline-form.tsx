import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, api, bodyOf, ifMatch } from '~/api/client';
import { type Pipeline, pipelinesQuery } from '~/api/queries/pipelines';
import { sentence } from '~/app/form';
import { useText } from '~/i18n';
import { Badge } from '~/ui/badge';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { StagePill } from '~/ui/stage-pill';
import { TextField } from '~/ui/text-field';
import { type PipelineDraft, type StageDraft, MOST_STAGES, addStage, bodyOfDraft, draftOf, isChanged, nameless, removeStage } from './draft';
import { RemovalDialog } from './removal';
import { StageRows } from './stage-rows';

interface PipelineFormProps {
  pipeline: Pipeline;
  all: readonly Pipeline[];
  onGone: () => void;
}

/** One pipeline as a draft: nothing is changed before Save. */
export function PipelineForm({ pipeline, all, onGone }: PipelineFormProps) {
  const text = useText();
  const cache = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(pipeline));
  const [base, setBase] = useState(pipeline);
  const [problem, setProblem] = useState<Problem>();
  const [leaving, setLeaving] = useState<StageDraft>();
  const [isRemoving, setRemoving] = useState(false);
  const rows = useRef<HTMLDivElement>(null);
  const isDirty = isChanged(draft, base);
  // Somebody else has changed the pipeline: what is not being edited follows.
  if (pipeline.version !== base.version && !isDirty) {
    setBase(pipeline);
    setDraft(draftOf(pipeline));
  }
  useAskBeforeUnload(isDirty);
  const edit = (next: PipelineDraft) => {
    setProblem(undefined);
    setDraft(next);
  };
  const save = useAction({
    label: () => text({ id: 'pipelines.saved', defaultMessage: 'Saved {name}' }, { name: draft.name }),
    request: (wanted: PipelineDraft, key) => {
      const headers = { 'Idempotency-Key': key };
      const params = { path: { id: pipeline.id }, header: ifMatch(base.version) };
      return bodyOf(api.PATCH('/lead-pipelines/{id}', { params, body: bodyOfDraft(wanted), headers }));
    },
    settle: (_, saved) => taken(saved),
    refused: (refusal) => {
      setProblem(refusal);
      return true;
    },
  });
  const makeDefault = useAction({
    label: () => text({ id: 'pipelines.defaulted', defaultMessage: 'New leads go to {name} now' }, { name: pipeline.name }),
    request: () => bodyOf(api.PATCH('/lead-pipelines/{id}', { params: { path: { id: pipeline.id } }, body: { isDefault: true } })),
    settle: (_, saved) => taken(saved),
  });
  function taken(saved: Pipeline): void {
    setBase(saved);
    setDraft(draftOf(saved));
    cache.setQueryData(pipelinesQuery.queryKey, (before) => before?.map((it) => (it.id === saved.id ? saved : it)));
    void cache.invalidateQueries({ queryKey: ['pipelines'] });
    void cache.invalidateQueries({ queryKey: ['board'] });
  }
  const nameError = draft.name.trim() === '' ? text({ id: 'pipelines.name.none', defaultMessage: 'Give the pipeline a name.' }) : sentence(problem?.errors['name']);
  const wrong = nameless(draft).size > 0 || draft.name.trim() === '';
  const leads = draft.stages.reduce((sum, it) => sum + it.leads, 0);
  const add = () => {
    edit(addStage(draft, crypto.randomUUID(), ''));
    requestAnimationFrame(() => rows.current?.querySelector<HTMLInputElement>('input[value=""]')?.focus());
  };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          className="w-72"
          label={text({ id: 'pipelines.name', defaultMessage: 'Name' })}
          value={draft.name}
          maxLength={60}
          onChange={(name) => edit({ ...draft, name })}
          {...(nameError !== undefined && { error: nameError })}
        />
        {pipeline.isDefault ? (
          <span className="pb-1.5">
            <Badge tone="accent">{text({ id: 'pipelines.default', defaultMessage: 'New leads come in here' })}</Badge>
          </span>
        ) : (
          <>
            <Button isPending={makeDefault.pending} onPress={() => void makeDefault.run(undefined)}>
              {text({ id: 'pipelines.default.make', defaultMessage: 'Let new leads come in here' })}
            </Button>
            <Button tone="quiet" className="text-danger" onPress={() => setRemoving(true)}>
              {text({ id: 'pipelines.delete', defaultMessage: 'Remove the pipeline' })}
            </Button>
          </>
        )}
      </div>
      <Preview draft={draft} />
      <div ref={rows} className="overflow-x-auto">
        <StageRows
          draft={draft}
          errors={problem?.errors ?? {}}
          onChange={edit}
          onRemove={(stage) => (stage.leads > 0 ? setLeaving(stage) : edit(removeStage(draft, stage.key, undefined)))}
        />
      </div>
      <div>
        <Button
          icon={<Plus size={16} />}
          onPress={add}
          reason={draft.stages.length >= MOST_STAGES ? text({ id: 'pipelines.most', defaultMessage: 'A pipeline has 50 stages at most.' }) : undefined}
        >
          {text({ id: 'pipelines.add', defaultMessage: 'Add a stage' })}
        </Button>
      </div>
      {problem && Object.keys(problem.errors).length === 0 && (
        <Banner
          tone="danger"
          {...(problem.status === 412 && {
            action: (
              <Button size="small" onPress={() => problem.current !== undefined && taken(problem.current as Pipeline)}>
                {text({ id: 'pipelines.theirs', defaultMessage: 'Show theirs' })}
              </Button>
            ),
          })}
        >
          {problem.status === 412
            ? text({ id: 'pipelines.changed', defaultMessage: 'Somebody else has changed this pipeline meanwhile.' })
            : problem.detail}
        </Banner>
      )}
      {isDirty && (
        <div
          role="group"
          aria-label={text({ id: 'pipelines.bar', defaultMessage: 'Changes that are not saved' })}
          className="sticky bottom-3 z-10 flex flex-wrap items-center gap-2 rounded-xl border border-line bg-surface p-2 ps-4 shadow-popover"
        >
          <span className="min-w-0 flex-1 text-muted">
            {text({ id: 'pipelines.unsaved', defaultMessage: 'Changes are not saved yet.' })}
          </span>
          <Button onPress={() => edit(draftOf(base))}>{text({ id: 'pipelines.discard', defaultMessage: 'Discard' })}</Button>
          <Button
            tone="primary"
            isPending={save.pending}
            onPress={() => void save.run(draft)}
            reason={wrong ? text({ id: 'pipelines.wrong', defaultMessage: 'Some names are missing.' }) : undefined}
          >
            {text({ id: 'pipelines.save', defaultMessage: 'Save' })}
          </Button>
        </div>
      )}
      <RemovalDialog
        what={leaving}
        action={text({ id: 'pipelines.remove.stage', defaultMessage: 'Remove the stage' })}
        targets={draft.stages.flatMap((it) => (it.id !== undefined && it.key !== leaving?.key ? [{ ...it, id: it.id }] : []))}
        onClose={() => setLeaving(undefined)}
        onRemove={(target) => leaving && edit(removeStage(draft, leaving.key, target))}
      />
      <RemovalDialog
        what={isRemoving ? { name: pipeline.name, leads } : undefined}
        action={text({ id: 'pipelines.delete', defaultMessage: 'Remove the pipeline' })}
        targets={all.filter((it) => it.id !== pipeline.id).flatMap((it) => it.stages.map((stage) => ({ ...stage, name: `${it.name}: ${stage.name}` })))}
        onClose={() => setRemoving(false)}
        onRemove={async (target) => {
          const query = target === undefined ? {} : { moveLeadsTo: target };
          await api.DELETE('/lead-pipelines/{id}', { params: { path: { id: pipeline.id }, query } });
          await cache.invalidateQueries({ queryKey: ['pipelines'] });
          onGone();
        }}
      />
    </div>
  );
}

/** How the board will look. */
function Preview({ draft }: { draft: PipelineDraft }) {
  const text = useText();
  return (
    <ul
      aria-label={text({ id: 'pipelines.preview', defaultMessage: 'Preview' })}
      className="flex gap-2 overflow-x-auto rounded-xl bg-sunken p-3"
    >
      {draft.stages.map((stage) => (
        <li key={stage.key} className="flex max-w-40 shrink-0">
          <StagePill name={stage.name || '…'} color={stage.color} type={stage.type} />
        </li>
      ))}
    </ul>
  );
}

function useAskBeforeUnload(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
