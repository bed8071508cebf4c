import type { Schema } from '~/api/client';
import type { Pipeline } from '~/api/queries/pipelines';
import { FIRST_COLOURS } from './hue';

export type StageType = Schema<'StageKind'>;

/** A stage while it is being edited; one without an id is new. */
export interface StageDraft {
  /** Tells rows apart while they move. */
  readonly key: string;
  readonly id?: string;
  readonly name: string;
  readonly color: string;
  readonly type: StageType;
  readonly leads: number;
}

export interface PipelineDraft {
  readonly name: string;
  readonly stages: readonly StageDraft[];
  /** Where the leads of stages that were taken out go. */
  readonly targets: Readonly<Record<string, string>>;
}

export const FEWEST_STAGES = 2;
export const MOST_STAGES = 50;

export function draftOf({ name, stages }: Pipeline): PipelineDraft {
  const staying = stages.filter((it) => it.movingTo == null);
  return {
    name,
    targets: {},
    stages: staying.map(({ id, name: called, color, type, leadCount }) => ({
      key: id,
      id,
      name: called,
      color,
      type,
      leads: leadCount,
    })),
  };
}

export function changeStage(draft: PipelineDraft, key: string, change: Partial<StageDraft>): PipelineDraft {
  return { ...draft, stages: draft.stages.map((it) => (it.key === key ? { ...it, ...change } : it)) };
}

/** Puts a stage at another place, counted without itself. */
export function moveStage(draft: PipelineDraft, key: string, to: number): PipelineDraft {
  const stage = draft.stages.find((it) => it.key === key);
  const others = draft.stages.filter((it) => it.key !== key);
  if (!stage || to < 0 || to > others.length) return draft;
  return { ...draft, stages: [...others.slice(0, to), stage, ...others.slice(to)] };
}

/** A new stage stands before those in which leads end, in a colour that is not taken yet. */
export function addStage(draft: PipelineDraft, key: string, name: string): PipelineDraft {
  if (draft.stages.length >= MOST_STAGES) return draft;
  const taken = new Set(draft.stages.map((it) => it.color.toLowerCase()));
  const color = FIRST_COLOURS.find((it) => !taken.has(it)) ?? FIRST_COLOURS[draft.stages.length % FIRST_COLOURS.length];
  const made: StageDraft = { key, name, color: color ?? FIRST_COLOURS[0], type: 'open', leads: 0 };
  const end = draft.stages.findIndex((it) => it.type !== 'open');
  const at = end < 0 ? draft.stages.length : end;
  return { ...draft, stages: [...draft.stages.slice(0, at), made, ...draft.stages.slice(at)] };
}

/** Takes a stage out. Its leads, and those that were to go to it, go to the target. */
export function removeStage(draft: PipelineDraft, key: string, target: string | undefined): PipelineDraft {
  const gone = draft.stages.find((it) => it.key === key);
  if (!gone || draft.stages.length <= FEWEST_STAGES) return draft;
  const targets: Record<string, string> = {};
  for (const [from, to] of Object.entries(draft.targets)) {
    if (to !== gone.id) targets[from] = to;
    else if (target !== undefined) targets[from] = target;
  }
  if (gone.id !== undefined && target !== undefined) targets[gone.id] = target;
  return { ...draft, targets, stages: draft.stages.filter((it) => it.key !== key) };
}

export function isChanged(draft: PipelineDraft, saved: Pipeline): boolean {
  return JSON.stringify(bodyOfDraft(draft)) !== JSON.stringify(bodyOfDraft(draftOf(saved)));
}

/** What the server is asked for: the whole list of stages that is wanted. */
export function bodyOfDraft({ name, stages, targets }: PipelineDraft): Schema<'PipelineChange'> {
  return {
    name: name.trim(),
    stages: stages.map((it) => ({
      ...(it.id !== undefined && { id: it.id }),
      name: it.name.trim(),
      color: it.color,
      type: it.type,
    })),
    ...(Object.keys(targets).length > 0 && { moveLeadsTo: targets }),
  };
}

/** The rows whose name cannot stay as it is. */
export function nameless(draft: PipelineDraft): ReadonlySet<string> {
  return new Set(draft.stages.filter((it) => it.name.trim() === '').map((it) => it.key));
}
