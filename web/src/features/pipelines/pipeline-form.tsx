import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Action } from '~/api/action';
import { type Problem, api } from '~/api/client';
import type { Pipeline } from '~/api/queries/pipelines';
import { sentence } from '~/app/form';
import { useText } from '~/i18n';
import { Badge } from '~/ui/badge';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { StagePill } from '~/ui/stage-pill';
import { TextField } from '~/ui/text-field';
import { MOST_STAGES, type PipelineDraft, type StageDraft, addStage, nameless, removeStage } from './draft';
import { RemovalDialog } from './removal';
import { StageRows } from './stage-rows';
import { usePipelineDraft } from './use-pipeline-draft';

interface PipelineFormProps {
  pipeline: Pipeline;
  all: readonly Pipeline[];
  onGone: () => void;
}

/** One pipeline as a draft: nothing is changed before Save. */
export function PipelineForm({ pipeline, all, onGone }: PipelineFormProps) {
  const text = useText();
  const { draft, edit, isDirty, problem, discard, save, makeDefault, takeOver } = usePipelineDraft(pipeline);
  const [leaving, setLeaving] = useState<StageDraft>();
  const [isRemoving, setRemoving] = useState(false);
  const rows = useRef<HTMLDivElement>(null);
  useAskBeforeUnload(isDirty);
  const add = () => {
    edit(addStage(draft, crypto.randomUUID(), ''));
    requestAnimationFrame(() => rows.current?.querySelector<HTMLInputElement>('input[value=""]')?.focus());
  };
  const most = text({ id: 'pipelines.most', defaultMessage: 'A pipeline has 50 stages at most.' });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <NameField draft={draft} problem={problem} onChange={edit} />
        <Standing pipeline={pipeline} makeDefault={makeDefault} onRemove={() => setRemoving(true)} />
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
        <Button icon={<Plus size={16} />} onPress={add} reason={draft.stages.length >= MOST_STAGES ? most : undefined}>
          {text({ id: 'pipelines.add', defaultMessage: 'Add a stage' })}
        </Button>
      </div>
      <Refusal problem={problem} onTheirs={takeOver} />
      {isDirty && <SaveBar draft={draft} isBusy={save.pending} onDiscard={discard} onSave={() => void save.run(draft)} />}
      <RemovalDialog
        what={leaving}
        action={text({ id: 'pipelines.remove.stage', defaultMessage: 'Remove the stage' })}
        targets={draft.stages.flatMap((it) => (it.id !== undefined && it.key !== leaving?.key ? [{ ...it, id: it.id }] : []))}
        onClose={() => setLeaving(undefined)}
        onRemove={(target) => leaving && edit(removeStage(draft, leaving.key, target))}
      />
      <PipelineRemoval pipeline={pipeline} all={all} isOpen={isRemoving} onClose={() => setRemoving(false)} onGone={onGone} />
    </div>
  );
}

function NameField({ draft, problem, onChange }: { draft: PipelineDraft; problem: Problem | undefined; onChange: (draft: PipelineDraft) => void }) {
  const text = useText();
  const error =
    draft.name.trim() === ''
      ? text({ id: 'pipelines.name.none', defaultMessage: 'Give the pipeline a name.' })
      : sentence(problem?.errors['name']);
  return (
    <TextField
      className="w-72"
      label={text({ id: 'pipelines.name', defaultMessage: 'Name' })}
      value={draft.name}
      maxLength={60}
      onChange={(name) => onChange({ ...draft, name })}
      {...(error !== undefined && { error })}
    />
  );
}

/** Whether new leads come in here; the pipeline where they do cannot be removed. */
function Standing({ pipeline, makeDefault, onRemove }: { pipeline: Pipeline; makeDefault: Action<undefined, Pipeline>; onRemove: () => void }) {
  const text = useText();
  if (pipeline.isDefault) {
    return (
      <span className="pb-1.5">
        <Badge tone="accent">{text({ id: 'pipelines.default', defaultMessage: 'New leads come in here' })}</Badge>
      </span>
    );
  }
  return (
    <>
      <Button isPending={makeDefault.pending} onPress={() => void makeDefault.run(undefined)}>
        {text({ id: 'pipelines.default.make', defaultMessage: 'Let new leads come in here' })}
      </Button>
      <Button tone="quiet" className="text-danger" onPress={onRemove}>
        {text({ id: 'pipelines.delete', defaultMessage: 'Remove the pipeline' })}
      </Button>
    </>
  );
}

/** A refusal that belongs to no field. */
function Refusal({ problem, onTheirs }: { problem: Problem | undefined; onTheirs: (theirs: Pipeline) => void }) {
  const text = useText();
  if (!problem || Object.keys(problem.errors).length > 0) return null;
  if (problem.status !== 412) return <Banner tone="danger">{problem.detail}</Banner>;
  const theirs = (
    <Button size="small" onPress={() => problem.current !== undefined && onTheirs(problem.current as Pipeline)}>
      {text({ id: 'pipelines.theirs', defaultMessage: 'Show theirs' })}
    </Button>
  );
  return (
    <Banner tone="danger" action={theirs}>
      {text({ id: 'pipelines.changed', defaultMessage: 'Somebody else has changed this pipeline meanwhile.' })}
    </Banner>
  );
}

interface SaveBarProps {
  draft: PipelineDraft;
  isBusy: boolean;
  onDiscard: () => void;
  onSave: () => void;
}

function SaveBar({ draft, isBusy, onDiscard, onSave }: SaveBarProps) {
  const text = useText();
  const isWrong = nameless(draft).size > 0 || draft.name.trim() === '';
  return (
    <div
      role="group"
      aria-label={text({ id: 'pipelines.bar', defaultMessage: 'Changes that are not saved' })}
      className="sticky bottom-3 z-10 flex flex-wrap items-center gap-2 rounded-xl border border-line bg-surface p-2 ps-4 shadow-popover"
    >
      <span className="min-w-0 flex-1 text-muted">
        {text({ id: 'pipelines.unsaved', defaultMessage: 'Changes are not saved yet.' })}
      </span>
      <Button onPress={onDiscard}>{text({ id: 'pipelines.discard', defaultMessage: 'Discard' })}</Button>
      <Button
        tone="primary"
        isPending={isBusy}
        onPress={onSave}
        reason={isWrong ? text({ id: 'pipelines.wrong', defaultMessage: 'Some names are missing.' }) : undefined}
      >
        {text({ id: 'pipelines.save', defaultMessage: 'Save' })}
      </Button>
    </div>
  );
}

interface PipelineRemovalProps extends PipelineFormProps {
  isOpen: boolean;
  onClose: () => void;
}

function PipelineRemoval({ pipeline, all, isOpen, onClose, onGone }: PipelineRemovalProps) {
  const text = useText();
  const cache = useQueryClient();
  const leads = pipeline.stages.reduce((sum, it) => sum + it.leadCount, 0);
  const others = all.filter((it) => it.id !== pipeline.id);
  return (
    <RemovalDialog
      what={isOpen ? { name: pipeline.name, leads } : undefined}
      action={text({ id: 'pipelines.delete', defaultMessage: 'Remove the pipeline' })}
      targets={others.flatMap((it) => it.stages.map(({ id, name, color, type }) => ({ id, color, type, name: `${it.name}: ${name}` })))}
      onClose={onClose}
      onRemove={async (target) => {
        const query = target === undefined ? {} : { moveLeadsTo: target };
        await api.DELETE('/lead-pipelines/{id}', { params: { path: { id: pipeline.id }, query } });
        await cache.invalidateQueries({ queryKey: ['pipelines'] });
        onGone();
      }}
    />
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
