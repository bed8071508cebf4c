/** One action over many leads: over those named, or over a whole filter with exclusions. One request, one undo. */
import type { ActionDefinition } from '~/api/action';
import { undoChangeSet } from '~/api/changes';
import { IDEMPOTENCY_KEY, Problem, type Schema, api, bodyOf } from '~/api/client';
import { refreshLists } from '~/api/queries/leads';
import { queryClient } from '~/app/queryClient';
import { createStore, useStore } from '~/app/store';
import { say } from '~/i18n';
import type { Selection } from '~/ui/data-table/selection';
import type { ServerFilter } from './filter/model';

type Body = Schema<'BulkAction'>;
export type BulkProgress = Schema<'BulkProgress'>;

/** Which leads. */
export type Chosen = Pick<Body, 'leadIds' | 'filter' | 'excludeIds'>;

export function chosenOf(selection: Selection, filter: ServerFilter): Chosen {
  if (selection.mode === 'some') return { leadIds: [...selection.ids] };
  return { filter, ...(selection.except.size > 0 && { excludeIds: [...selection.except] }) };
}

/** What is to be done, without the leads that it is done to. */
export type BulkWish =
  | { action: 'move_stage'; stageId: string; stage: string }
  | { action: 'assign'; assignedTo: string | null; owner: string }
  | { action: 'tag' | 'untag'; tags: string[] }
  | { action: 'edit'; edit: NonNullable<Body['edit']>; field: string; value: string }
  | { action: 'delete' }
  | { action: 'restore' };

export interface Bulk {
  chosen: Chosen;
  wish: BulkWish;
  /** How many leads are meant, as far as is known. */
  count: number;
}

const bodyFor = ({ chosen, wish }: Bulk): Body => {
  const { action } = wish;
  const more = {
    ...('stageId' in wish && { stageId: wish.stageId }),
    ...('assignedTo' in wish && { assignedTo: wish.assignedTo }),
    ...('tags' in wish && { tags: wish.tags }),
    ...('edit' in wish && { edit: wish.edit }),
  };
  return { ...chosen, action, ...more };
};

/** "Move 1,204 leads to Qualified" */
export function wishWords({ wish, count }: Pick<Bulk, 'wish' | 'count'>): string {
  switch (wish.action) {
    case 'move_stage':
      return say(
        { id: 'bulk.move', defaultMessage: 'Move {count, plural, one {# lead} other {# leads}} to {stage}' },
        { count, stage: wish.stage },
      );
    case 'assign':
      return wish.assignedTo === null
        ? say(
            {
              id: 'bulk.unassign',
              defaultMessage: 'Take the owner of {count, plural, one {# lead} other {# leads}} away',
            },
            { count },
          )
        : say(
            { id: 'bulk.assign', defaultMessage: 'Assign {count, plural, one {# lead} other {# leads}} to {owner}' },
            { count, owner: wish.owner },
          );
    case 'tag':
      return say(
        { id: 'bulk.tag', defaultMessage: 'Tag {count, plural, one {# lead} other {# leads}} with {tags}' },
        { count, tags: wish.tags.join(', ') },
      );
    case 'untag':
      return say(
        { id: 'bulk.untag', defaultMessage: 'Take {tags} off {count, plural, one {# lead} other {# leads}}' },
        { count, tags: wish.tags.join(', ') },
      );
    case 'edit':
      return wish.value === ''
        ? say(
            { id: 'bulk.edit.clear', defaultMessage: 'Empty {field} of {count, plural, one {# lead} other {# leads}}' },
            { count, field: wish.field },
          )
        : say(
            { id: 'bulk.edit', defaultMessage: 'Set {field} of {count, plural, one {# lead} other {# leads}} to {value}' },
            { count, field: wish.field, value: wish.value },
          );
    case 'delete':
      return say(
        { id: 'bulk.delete', defaultMessage: 'Move {count, plural, one {# lead} other {# leads}} to the trash' },
        { count },
      );
    case 'restore':
      return say(
        { id: 'bulk.restore', defaultMessage: 'Restore {count, plural, one {# lead} other {# leads}}' },
        { count },
      );
  }
}

function doneWords({ wish, count }: Bulk): string {
  switch (wish.action) {
    case 'move_stage':
      return say(
        { id: 'bulk.moved', defaultMessage: 'Moved {count, plural, one {# lead} other {# leads}} to {stage}' },
        { count, stage: wish.stage },
      );
    case 'assign':
      return wish.assignedTo === null
        ? say(
            {
              id: 'bulk.unassigned',
              defaultMessage: 'Took the owner of {count, plural, one {# lead} other {# leads}} away',
            },
            { count },
          )
        : say(
            {
              id: 'bulk.assigned',
              defaultMessage: 'Assigned {count, plural, one {# lead} other {# leads}} to {owner}',
            },
            { count, owner: wish.owner },
          );
    case 'tag':
      return say(
        { id: 'bulk.tagged', defaultMessage: 'Tagged {count, plural, one {# lead} other {# leads}} with {tags}' },
        { count, tags: wish.tags.join(', ') },
      );
    case 'untag':
      return say(
        { id: 'bulk.untagged', defaultMessage: 'Took {tags} off {count, plural, one {# lead} other {# leads}}' },
        { count, tags: wish.tags.join(', ') },
      );
    case 'edit':
      return wish.value === ''
        ? say(
            { id: 'bulk.edit.cleared', defaultMessage: 'Emptied {field} of {count, plural, one {# lead} other {# leads}}' },
            { count, field: wish.field },
          )
        : say(
            {
              id: 'bulk.edited',
              defaultMessage: 'Set {field} of {count, plural, one {# lead} other {# leads}} to {value}',
            },
            { count, field: wish.field, value: wish.value },
          );
    case 'delete':
      return say(
        { id: 'bulk.deleted', defaultMessage: 'Moved {count, plural, one {# lead} other {# leads}} to the trash' },
        { count },
      );
    case 'restore':
      return say(
        { id: 'bulk.restored', defaultMessage: 'Restored {count, plural, one {# lead} other {# leads}}' },
        { count },
      );
  }
}

/** What it would come to, without doing it. */
export const rehearse = (bulk: Bulk): Promise<BulkProgress> =>
  bodyOf(api.POST('/leads/bulk-action', { body: { ...bodyFor(bulk), dryRun: true } }));

/** An action that is being worked off, while it takes longer than its answer. */
export interface Running {
  words: string;
  done: number;
  total: number;
}

const running = createStore<Running | undefined>(undefined);
export const useRunningBulk = (): Running | undefined => useStore(running);

const POLL_MS = 500;

export const bulkAction: ActionDefinition<Bulk, BulkProgress> = {
  label: doneWords,
  request: async (bulk, key) => {
    const begun = await bodyOf(
      api.POST('/leads/bulk-action', {
        body: bodyFor(bulk),
        headers: { [IDEMPOTENCY_KEY]: key } as Record<string, string>,
      }),
    );
    return begun.state === 'running' ? follow(begun, wishWords(bulk)) : begun;
  },
  settle: (cache) => {
    refreshLists(cache);
    for (const kind of ['one', 'activities', 'history']) void cache.invalidateQueries({ queryKey: ['leads', kind] });
  },
  undo: async ({ changeSetId }) => {
    if (changeSetId == null) return;
    await undoChangeSet(changeSetId);
    refreshLists(queryClient);
    void queryClient.invalidateQueries({ queryKey: ['leads'] });
  },
};

/** More than 500 leads are worked off in the background; somebody watches how far it is. */
export async function follow(begun: BulkProgress, words: string): Promise<BulkProgress> {
  const changeSetId = begun.changeSetId as string;
  let now = begun;
  try {
    while (now.state === 'running') {
      running.set({ words, done: now.done, total: now.total });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      now = await bodyOf(
        api.GET('/leads/bulk-actions/{changeSetId}', { params: { path: { changeSetId }, query: { limit: 1 } } }),
      );
    }
    if (now.state === 'failed') {
      const title = say({ id: 'bulk.failed', defaultMessage: 'The action stopped in the middle; the list of failed jobs says why.' });
      throw new Problem(500, { code: 'failed', title, detail: title });
    }
    return now;
  } finally {
    running.set(undefined);
  }
}
