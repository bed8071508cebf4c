/** What can be done to saved views. */
import type { ActionDefinition } from '~/api/action';
import { api, bodyOf, ifMatch } from '~/api/client';
import { type View, type ViewBody, viewsQuery } from '~/api/queries/views';
import { queryClient } from '~/app/queryClient';
import { say } from '~/i18n';

const refresh = () => void queryClient.invalidateQueries({ queryKey: ['views'] });

/** A view's own state as the person has it, changed before the server has answered. */
function patchView(id: string, patch: Partial<View>): () => void {
  const before = queryClient.getQueryData(viewsQuery.queryKey);
  queryClient.setQueryData(viewsQuery.queryKey, (views) =>
    views?.map((it) => (it.id === id ? { ...it, ...patch } : it)),
  );
  return () => queryClient.setQueryData(viewsQuery.queryKey, before);
}

export const createView: ActionDefinition<ViewBody, View> = {
  label: ({ name }) => say({ id: 'view.saved', defaultMessage: 'Saved the view {name}' }, { name: name ?? '' }),
  request: (body) => bodyOf(api.POST('/views', { body })),
  settle: (cache, view) => {
    cache.setQueryData(viewsQuery.queryKey, (views) => views && [...views, view]);
    refresh();
  },
  undo: async ({ id }) => {
    await api.DELETE('/views/{id}', { params: { path: { id } } });
    refresh();
  },
  // The dialog shows what is wrong at its fields.
  refused: () => true,
};

export interface ViewChange {
  view: View;
  body: ViewBody;
}

export const changeView: ActionDefinition<ViewChange, View> = {
  label: ({ view, body }) =>
    say({ id: 'view.changed', defaultMessage: 'Changed the view {name}' }, { name: body.name ?? view.name }),
  request: ({ view, body }) =>
    bodyOf(api.PATCH('/views/{id}', { params: { path: { id: view.id }, header: ifMatch(view.version) }, body })),
  settle: (cache, view) => {
    cache.setQueryData(viewsQuery.queryKey, (views) => views?.map((it) => (it.id === view.id ? view : it)));
    refresh();
  },
  undo: async ({ id }, { view, body }) => {
    const former = Object.fromEntries(Object.keys(body).map((name) => [name, view[name as keyof View] ?? null]));
    await api.PATCH('/views/{id}', { params: { path: { id } }, body: former as ViewBody });
    refresh();
  },
};

/** A deleted view cannot be brought back by the server, so the same is saved again; its pins and subscriptions go. */
export const deleteView: ActionDefinition<View, void> = {
  label: ({ name }) => say({ id: 'view.deleted', defaultMessage: 'Deleted the view {name}' }, { name }),
  request: async ({ id }) => {
    await api.DELETE('/views/{id}', { params: { path: { id } } });
  },
  settle: (cache, _none, view) => {
    cache.setQueryData(viewsQuery.queryKey, (views) => views?.filter((it) => it.id !== view.id));
    refresh();
  },
  undo: async (_none, view) => {
    const { filter, sort, columns, groupBy, layout, pipelineId, density, cardFields, dateField } = view;
    const state = { filter, sort, columns, groupBy, layout, pipelineId, density, cardFields, dateField };
    const whose = { name: view.name, visibility: view.visibility, teamId: view.teamId, locked: view.locked };
    await api.POST('/views', { body: { ...whose, ...state } as ViewBody });
    refresh();
  },
};

export const duplicateView: ActionDefinition<View, View> = {
  label: ({ name }) => say({ id: 'view.copied', defaultMessage: 'Made a private copy of {name}' }, { name }),
  request: ({ id }) => bodyOf(api.POST('/views/{id}/duplicate', { params: { path: { id } }, body: {} })),
  settle: refresh,
  undo: async ({ id }) => {
    await api.DELETE('/views/{id}', { params: { path: { id } } });
    refresh();
  },
};

export const pinView: ActionDefinition<{ view: View; pinned: boolean }, void> = {
  label: ({ view, pinned }) =>
    pinned
      ? say({ id: 'view.pinned', defaultMessage: 'Pinned {name}' }, { name: view.name })
      : say({ id: 'view.unpinned', defaultMessage: 'Unpinned {name}' }, { name: view.name }),
  quiet: true,
  apply: (_cache, { view, pinned }) =>
    patchView(view.id, { mine: { ...view.mine, pin: pinned ? { icon: 'pin', position: 999 } : null } }),
  request: async ({ view: { id }, pinned }) => {
    await (pinned
      ? api.PUT('/views/{id}/pin', { params: { path: { id } }, body: {} })
      : api.DELETE('/views/{id}/pin', { params: { path: { id } } }));
  },
  settle: refresh,
};

export const chooseFirstView: ActionDefinition<{ view: View; first: boolean }, void> = {
  label: ({ view, first }) =>
    first
      ? say({ id: 'view.first', defaultMessage: 'Leads begins with {name} now' }, { name: view.name })
      : say({ id: 'view.first.not', defaultMessage: 'Leads begins with all leads now' }),
  request: async ({ view, first }) => {
    await api.PUT('/views/default', { body: { page: 'leads', viewId: first ? view.id : null } });
  },
  settle: refresh,
};

export interface Subscription {
  view: View;
  entering: boolean;
  leaving: boolean;
}

export const subscribeToView: ActionDefinition<Subscription, void> = {
  label: ({ view, entering, leaving }) =>
    entering || leaving
      ? say({ id: 'view.subscribed', defaultMessage: 'You are told of changes in {name}' }, { name: view.name })
      : say(
          { id: 'view.unsubscribed', defaultMessage: 'You are told nothing of {name} any more' },
          { name: view.name },
        ),
  request: async ({ view: { id }, entering, leaving }) => {
    await (entering || leaving
      ? api.PUT('/views/{id}/subscription', { params: { path: { id } }, body: { entering, leaving } })
      : api.DELETE('/views/{id}/subscription', { params: { path: { id } } }));
  },
  settle: refresh,
};
