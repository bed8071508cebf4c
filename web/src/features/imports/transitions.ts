import type { ActionDefinition } from '~/api/action';
import { api, bodyOf } from '~/api/client';
import { type Import, forgetProblems, settleImport } from '~/api/queries/imports';
import { type Words, say } from '~/i18n';

/** From one state of an import to the next. */
export type Transition = 'check' | 'run' | 'pause' | 'resume' | 'stop';

const DONE: Record<Transition, Words> = {
  check: { id: 'imports.did.check', defaultMessage: 'Check begun' },
  run: { id: 'imports.did.run', defaultMessage: 'Import begun' },
  pause: { id: 'imports.did.pause', defaultMessage: 'Paused' },
  resume: { id: 'imports.did.resume', defaultMessage: 'Going on' },
  stop: { id: 'imports.did.stop', defaultMessage: 'Stopped' },
};

/** Asks for the next state. What follows is told by events; a run as a whole is taken back from its report. */
export const transition: ActionDefinition<{ id: string; to: Transition }, Import> = {
  label: ({ to }) => say(DONE[to]),
  quiet: true,
  request: ({ id, to }, key) => {
    const options = { params: { path: { id } }, headers: { 'Idempotency-Key': key } };
    if (to === 'check') return bodyOf(api.POST('/imports/{id}/check', options));
    if (to === 'run') return bodyOf(api.POST('/imports/{id}/run', options));
    if (to === 'pause') return bodyOf(api.POST('/imports/{id}/pause', options));
    if (to === 'resume') return bodyOf(api.POST('/imports/{id}/resume', options));
    return bodyOf(api.POST('/imports/{id}/stop', options));
  },
  settle: (cache, known) => {
    settleImport(cache, known);
    void forgetProblems(cache, known.id);
  },
};
