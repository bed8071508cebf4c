/** What can be done to leads, each with its words, its look before the answer, and its way back. */
import type { ActionDefinition } from '~/api/action';
import { type Written, undoChangeSet, written } from '~/api/changes';
import { IDEMPOTENCY_KEY, Problem, type Schema, api, ifMatch } from '~/api/client';
import { type Lead, patchLead, refreshLead, refreshLists, settleLead } from '~/api/queries/leads';
import { queryClient } from '~/app/queryClient';
import { say } from '~/i18n';

export type LeadChange = Schema<'LeadChange'>;

const keyed = (key: string) => ({ [IDEMPOTENCY_KEY]: key }) as Record<string, string>;

/** Takes a change set back and reads afresh what it was about. */
export async function takeBack(changeSet: string | undefined, lead?: string): Promise<void> {
  if (changeSet === undefined) return;
  const answer = await undoChangeSet(changeSet);
  if (lead !== undefined) refreshLead(queryClient, lead);
  refreshLists(queryClient);
  const kept = answer.changedSince + answer.merged + answer.gone;
  if (answer.undone === 0 && kept > 0) {
    const detail = say({ id: 'lead.undo.changed', defaultMessage: 'It was changed since, so it stays as it is now.' });
    throw new Problem(409, { code: 'changed_since', title: '', detail });
  }
}

export interface Edit {
  lead: Lead;
  change: LeadChange;
  /** What was changed, as people call it. */
  what: string;
  /** The refusal is shown at the field itself. */
  refused?: (problem: Problem) => boolean;
}

/** Changes fields of a lead. Of two people who change different fields, neither is told of the other. */
export const editLead: ActionDefinition<Edit, Written<Lead>> = {
  label: ({ lead, what }) =>
    say({ id: 'lead.edited', defaultMessage: 'Changed {what} of {name}' }, { what, name: lead.name }),
  quiet: true,
  offline: 'queue',
  apply: (cache, { lead, change }) => patchLead(cache, lead.id, shownChange(lead, change)),
  request: ({ lead, change }, key) => save(lead, change, key),
  settle: (cache, { body }) => {
    settleLead(cache, body);
    refreshLead(cache, body.id);
  },
  refused: (problem, { refused, lead }) => {
    if (problem.code === 'changed_since' || problem.status === 412) takeInCurrent(problem, lead.id);
    return refused?.(problem) ?? false;
  },
  undo: ({ changeSet }, { lead }) => takeBack(changeSet, lead.id),
};

/** The lead as it is now came with the refusal. */
function takeInCurrent(problem: Problem, id: string): void {
  const current = problem.current as Lead | undefined;
  if (current) settleLead(queryClient, current);
  else refreshLead(queryClient, id);
}

/** A change as it looks on the lead: custom fields are merged key by key, and what is cleared is gone. */
export function shownChange(lead: Lead, { customFields, ...plain }: LeadChange): Partial<Lead> {
  const shown = plain as Partial<Lead>;
  if (customFields === undefined) return shown;
  const merged = { ...lead.customFields, ...(customFields as object) };
  return { ...shown, customFields: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) };
}

/** Saves against the version that was looked at. Where only other fields were changed meanwhile, there is no conflict. */
async function save(lead: Lead, change: LeadChange, key: string): Promise<Written<Lead>> {
  const send = (version: number, idempotency: string) =>
    written(
      api.PATCH('/leads/{id}', {
        params: { path: { id: lead.id }, header: ifMatch(version) },
        headers: keyed(idempotency),
        body: change,
      }),
    );
  try {
    return await send(lead.version, key);
  } catch (thrown) {
    const current =
      thrown instanceof Problem && thrown.status === 412 ? (thrown.current as Lead | undefined) : undefined;
    if (!current || differs(lead, current, change)) throw thrown;
    return send(current.version, crypto.randomUUID());
  }
}

const isOther = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);

/** Whether somebody else changed the very fields that this change is about. */
export function differs(base: Lead, current: Lead, { customFields, ...plain }: LeadChange): boolean {
  if (Object.keys(plain).some((name) => isOther(base[name as keyof Lead], current[name as keyof Lead]))) return true;
  return Object.keys(customFields ?? {}).some((name) => isOther(base.customFields[name], current.customFields[name]));
}

export interface Assignment {
  lead: Lead;
  /** Nobody where it is null. */
  owner: { id: string; name: string } | null;
}

export const assignLead: ActionDefinition<Assignment, Written<Lead>> = {
  label: ({ lead, owner }) =>
    owner
      ? say(
          { id: 'lead.assigned', defaultMessage: 'Assigned {name} to {owner}' },
          { name: lead.name, owner: owner.name },
        )
      : say({ id: 'lead.unassigned', defaultMessage: 'Took the owner of {name} away' }, { name: lead.name }),
  quiet: true,
  offline: 'queue',
  apply: (cache, { lead, owner }) => patchLead(cache, lead.id, { assignedTo: owner?.id ?? null }),
  request: ({ lead, owner }, key) =>
    written(
      api.PATCH('/leads/{id}/assign', {
        params: { path: { id: lead.id } },
        headers: keyed(key),
        body: { assignedTo: owner?.id ?? null },
      }),
    ),
  settle: (cache, { body }) => {
    settleLead(cache, body);
    refreshLead(cache, body.id);
  },
  undo: ({ changeSet }, { lead }) => takeBack(changeSet, lead.id),
};

export interface StageMove {
  lead: Lead;
  stage: { id: string; name: string; pipelineId: string };
}

export const moveToStage: ActionDefinition<StageMove, Written<Lead>> = {
  label: ({ lead, stage }) =>
    say({ id: 'lead.moved', defaultMessage: 'Moved {name} to {stage}' }, { name: lead.name, stage: stage.name }),
  offline: 'queue',
  apply: (cache, { lead, stage }) =>
    patchLead(cache, lead.id, {
      stageId: stage.id,
      pipelineId: stage.pipelineId,
      stageChangedAt: new Date().toISOString(),
    }),
  request: ({ lead, stage }, key) =>
    written(
      api.PATCH('/leads/{id}/stage', {
        params: { path: { id: lead.id } },
        headers: keyed(key),
        body: { stageId: stage.id, position: 'top' },
      }),
    ),
  settle: (cache, { body }) => {
    settleLead(cache, body);
    refreshLead(cache, body.id);
    void cache.invalidateQueries({ queryKey: ['pipelines'] });
  },
  undo: ({ changeSet }, { lead }) => takeBack(changeSet, lead.id),
};

export const deleteLead: ActionDefinition<Lead, { changeSet: string | undefined }> = {
  label: (lead) => say({ id: 'lead.deleted', defaultMessage: 'Moved {name} to the trash' }, { name: lead.name }),
  request: async (lead, key) => {
    const { response } = await api.DELETE('/leads/{id}', { params: { path: { id: lead.id } }, headers: keyed(key) });
    return { changeSet: response.headers.get('change-set-id') ?? undefined };
  },
  settle: (cache, _result, lead) => {
    refreshLead(cache, lead.id);
    refreshLists(cache);
  },
  undo: ({ changeSet }, lead) => takeBack(changeSet, lead.id),
};

export const restoreLead: ActionDefinition<Lead, Written<Lead>> = {
  label: (lead) => say({ id: 'lead.restored', defaultMessage: 'Restored {name}' }, { name: lead.name }),
  request: (lead, key) =>
    written(api.POST('/leads/{id}/restore', { params: { path: { id: lead.id } }, headers: keyed(key) })),
  settle: (cache, _result, lead) => {
    refreshLead(cache, lead.id);
    refreshLists(cache);
  },
  undo: ({ changeSet }, lead) => takeBack(changeSet, lead.id),
};

/** What is wrong with a field, in the server's words; the refusal as a whole where it names no field. */
export function problemWords(problem: Problem, field: string): string {
  if (problem.status === 412)
    return say({
      id: 'lead.conflict',
      defaultMessage: 'Somebody else has changed this meanwhile. Look at it, then change it again.',
    });
  if (problem.unreachable)
    return say({
      id: 'app.unreachable',
      defaultMessage: 'The server does not answer. Nothing was changed; try again.',
    });
  const own = problem.errors[field] ?? Object.values(problem.errors)[0];
  if (!own) return problem.detail;
  const words = own.join('; ');
  return words.charAt(0).toLocaleUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? '' : '.');
}
