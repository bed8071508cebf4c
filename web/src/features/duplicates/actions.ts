import type { ActionDefinition } from '~/api/action';
import { undoChangeSet } from '~/api/changes';
import { type Schema, api, bodyOf } from '~/api/client';
import type { DuplicateGroup } from '~/api/queries/duplicates';
import { refreshLists } from '~/api/queries/leads';
import { queryClient } from '~/app/queryClient';
import { say } from '~/i18n';

export type MergeRequest = Schema<'MergeRequest'>;
export type MergeAnswer = Schema<'MergeAnswer'>;

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: ['duplicates'] });
  void queryClient.invalidateQueries({ queryKey: ['leads'] });
  refreshLists(queryClient);
}

const reopen = async (group: DuplicateGroup) => {
  await api.POST('/duplicates/{id}/reopen', { params: { path: { id: group.id } } });
  refresh();
};

const names = (group: DuplicateGroup): string =>
  group.leads
    .slice(0, 2)
    .map((it) => it.name)
    .join(', ');

/** They are different people; that is remembered for each pair. */
export const separateGroup: ActionDefinition<{ group: DuplicateGroup; leadIds?: string[] }, void> = {
  label: ({ group }) =>
    say({ id: 'duplicates.separated', defaultMessage: 'Kept {names} as different people' }, { names: names(group) }),
  request: async ({ group, leadIds }) => {
    await api.POST('/duplicates/{id}/separate', {
      params: { path: { id: group.id } },
      body: leadIds ? { leadIds } : {},
    });
  },
  settle: refresh,
  undo: (_none, { group }) => reopen(group),
};

export const dismissGroup: ActionDefinition<DuplicateGroup, void> = {
  label: (group) => say({ id: 'duplicates.dismissed', defaultMessage: 'Put {names} aside' }, { names: names(group) }),
  request: async (group) => {
    await api.POST('/duplicates/{id}/dismiss', { params: { path: { id: group.id } } });
  },
  settle: refresh,
  undo: (_none, group) => reopen(group),
};

export const reopenGroup: ActionDefinition<DuplicateGroup, void> = {
  label: (group) =>
    say({ id: 'duplicates.reopened', defaultMessage: 'Put {names} back into the queue' }, { names: names(group) }),
  request: reopen,
};

export interface Merge {
  request: MergeRequest;
  name: string;
}

export const mergeLeads: ActionDefinition<Merge, MergeAnswer> = {
  label: ({ request, name }) =>
    say({ id: 'merge.done', defaultMessage: 'Merged {count} leads into {name}' }, { count: request.ids.length, name }),
  request: ({ request }) => bodyOf(api.POST('/leads/merge', { body: request })),
  settle: refresh,
  refused: () => true,
  undo: async ({ changeSetId }) => {
    if (changeSetId != null) await undoChangeSet(changeSetId);
    refresh();
  },
};

/** Looks through the whole base once more. */
export const startScan: ActionDefinition<void, unknown> = {
  label: () => say({ id: 'duplicates.scanning', defaultMessage: 'Looking through all leads' }),
  request: () => bodyOf(api.POST('/duplicates/scan', {})),
  settle: refresh,
};
