import type { Import, ImportState } from '~/api/queries/imports';
import { STEPS, type Step } from './step-names';

type Standing = Pick<Import, 'state' | 'checked' | 'planVersion' | 'plan'>;

const ENDED: ReadonlySet<ImportState> = new Set(['done', 'stopped', 'undone']);
const HAS_RUN: ReadonlySet<ImportState> = new Set([...ENDED, 'running', 'paused', 'failed']);

export const isAtWork = (state: ImportState): boolean => state === 'checking' || state === 'running';
export const hasEnded = (state: ImportState): boolean => ENDED.has(state);
export const hasRun = (state: ImportState): boolean => HAS_RUN.has(state);
/** Whether what is to be done with the file can still be changed. */
export const isOpen = (state: ImportState): boolean => state === 'ready';

/** Whether the last check was made with what is decided now. */
export const isChecked = (it: Pick<Standing, 'checked' | 'planVersion'>): boolean =>
  it.checked != null && it.checked.planVersion === it.planVersion;

/** How many columns go somewhere. */
export const mappedColumns = (it: Pick<Standing, 'plan'>): number =>
  (it.plan.columns ?? []).filter((column) => column.field != null).length;

/** Where somebody who comes back goes on. */
export function stepOf(it: Standing): Step {
  if (it.state === 'uploading') return 'file';
  if (hasEnded(it.state)) return 'report';
  if (hasRun(it.state)) return 'run';
  if (it.state === 'checking' || it.checked != null) return 'check';
  return 'columns';
}

/** What has to be done before a step can be looked at; nothing where it can. */
export type Hurdle = 'mapping' | 'running' | 'notRun';

export function hurdleOf(step: Step, it: Standing): Hurdle | undefined {
  if (step === 'report') {
    if (hasEnded(it.state)) return undefined;
    return hasRun(it.state) ? 'running' : 'notRun';
  }
  const needsColumns = step === 'check' || step === 'decide' || step === 'run';
  if (needsColumns && mappedColumns(it) === 0 && !hasRun(it.state)) return 'mapping';
  return undefined;
}

/** How a step stands: behind one, at hand, or not yet. */
export type StepMark = 'done' | 'open' | 'waiting';

export function markOf(step: Step, it: Standing): StepMark {
  if (hurdleOf(step, it)) return 'waiting';
  const behind: Record<Step, boolean> = {
    file: true,
    columns: it.checked != null || hasRun(it.state),
    check: isChecked(it) || hasRun(it.state),
    decide: hasRun(it.state),
    run: hasEnded(it.state),
    report: hasEnded(it.state),
  };
  return behind[step] ? 'done' : 'open';
}

export const stepAfter = (step: Step): Step | undefined => STEPS[STEPS.indexOf(step) + 1];
export const stepBefore = (step: Step): Step | undefined => STEPS[STEPS.indexOf(step) - 1];
