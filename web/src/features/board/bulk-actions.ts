import { type ActionDefinition, runAction } from '~/api/action';
import { undoChangeSet } from '~/api/changes';
import { type Schema, api, bodyOf } from '~/api/client';
import { queryClient } from '~/app/queryClient';
import { say } from '~/i18n';
import { follow } from '~/kit/bulk';
import type { Card } from './card-data';
import type { Screen } from './screen';

type BulkBody = Schema<'BulkAction'>;

/** Which leads an action is for: those named, or all of a column but some. */
export type Chosen =
  | { readonly ids: readonly string[] }
  | { readonly column: string; readonly except: readonly string[]; readonly total: number };

export const countOf = (chosen: Chosen): number =>
  'ids' in chosen ? chosen.ids.length : Math.max(0, chosen.total - chosen.except.length);

interface Wanted {
  readonly chosen: Chosen;
  readonly body: BulkBody;
  readonly label: string;
  /** What it makes of a card, where that can be shown before the server has answered. */
  readonly change?: (card: Card) => Card;
}

interface Done {
  readonly changeSet: string | undefined;
}

/** One action over many leads: one request, one undo. */
export async function runBulk(screen: Screen, wanted: Wanted): Promise<boolean> {
  const outcome = await runAction(queryClient, bulkDefinition(screen), wanted);
  return outcome.state === 'done';
}

/** Gives leads to somebody, or with `null` to nobody. */
export function assignLeads(screen: Screen, chosen: Chosen, owner: string | null, name: string): Promise<boolean> {
  const count = countOf(chosen);
  const label =
    owner === null
      ? say({ id: 'board.assigned.nobody', defaultMessage: 'Took {count, plural, one {# lead} other {# leads}} from its owner' }, { count })
      : say({ id: 'board.assigned', defaultMessage: 'Assigned {count, plural, one {# lead} other {# leads}} to {name}' }, { count, name });
  return runBulk(screen, {
    chosen,
    body: { action: 'assign', assignedTo: owner },
    label,
    change: (card) => ({ ...card, assignedTo: owner }),
  });
}

/** Moves all of a column, most of which is not loaded. */
export function moveColumn(screen: Screen, chosen: Chosen, stageId: string): Promise<boolean> {
  const values = { count: countOf(chosen), stage: screen.stageName(stageId) };
  const label = say({ id: 'board.moved.column', defaultMessage: 'Moved {count, plural, one {# lead} other {# leads}} to {stage}' }, values);
  return runBulk(screen, { chosen, body: { action: 'move_stage', stageId }, label });
}

export function tagLeads(screen: Screen, chosen: Chosen, tags: readonly string[]): Promise<boolean> {
  const count = countOf(chosen);
  const label = say(
    { id: 'board.tagged', defaultMessage: 'Tagged {count, plural, one {# lead} other {# leads}} with {tags}' },
    { count, tags: tags.join(', ') },
  );
  return runBulk(screen, {
    chosen,
    body: { action: 'tag', tags: [...tags] },
    label,
    change: (card) => ({ ...card, tags: [...new Set([...card.tags, ...tags])] }),
  });
}

/** The leads of an action in the words of the server. */
function leadsOf({ scope }: Screen, chosen: Chosen): Pick<BulkBody, 'leadIds' | 'filter' | 'viewId' | 'excludeIds'> {
  if ('ids' in chosen) return { leadIds: [...chosen.ids] };
  const { search, where, view } = scope;
  const filter = {
    stageId: chosen.column,
    ...(search !== undefined && { search }),
    ...(where !== undefined && { where: JSON.parse(where) as Schema<'Condition'> }),
  };
  return { filter, excludeIds: [...chosen.except], ...(view !== undefined && { viewId: view }) };
}

function bulkDefinition(screen: Screen): ActionDefinition<Wanted, Done> {
  const { store } = screen;
  return {
    label: (wanted) => wanted.label,
    apply: (_, { chosen, change }) => {
      if (!('ids' in chosen) || !change) return () => undefined;
      const before = chosen.ids.map((id) => store.card(id)).filter((it) => it !== undefined);
      for (const card of before) store.change(card.id, change);
      return () => {
        for (const card of before) store.patch(card);
      };
    },
    request: async (wanted, key) => {
      const body = { ...wanted.body, ...leadsOf(screen, wanted.chosen) };
      const begun = await bodyOf(api.POST('/leads/bulk-action', { body, headers: { 'Idempotency-Key': key } }));
      const done = begun.state === 'running' ? await follow(begun, wanted.label) : begun;
      return { changeSet: done.changeSetId ?? undefined };
    },
    settle: (_, __, { chosen }) => look(screen, chosen),
    undo: async ({ changeSet }, { chosen }) => {
      if (changeSet !== undefined) await undoChangeSet(changeSet);
      look(screen, chosen);
    },
  };
}

/** What has become of the leads is read from the server: a few one by one, many by their columns. */
function look({ store, live }: Screen, chosen: Chosen): void {
  if ('ids' in chosen) for (const id of chosen.ids) live.renew(id);
  else for (const column of store.columnIds) live.look(column);
}
