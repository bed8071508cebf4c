import type { ActionDefinition } from '~/api/action';
import { type Written, written } from '~/api/changes';
import { IDEMPOTENCY_KEY, type Schema, api, bodyOf, ifMatch } from '~/api/client';
import { type Lead, refreshLead, refreshLists } from '~/api/queries/leads';
import { say } from '~/i18n';
import { takeBack } from '~/kit/lead-actions';

export type NewLead = Schema<'NewLead'>;

const keyed = (key: string) => ({ [IDEMPOTENCY_KEY]: key }) as Record<string, string>;

export const createLead: ActionDefinition<NewLead, Written<Lead>> = {
  label: ({ name, email, phone }) =>
    say({ id: 'lead.created', defaultMessage: 'Added {name}' }, { name: name || email || phone || '' }),
  request: (body, key) => written(api.POST('/leads', { body: { ...body, onMatch: 'create' }, headers: keyed(key) })),
  settle: refreshLists,
  // The dialog shows what is wrong at its fields.
  refused: () => true,
  undo: ({ changeSet }) => takeBack(changeSet),
};

export interface Joining {
  id: string;
  name: string;
  body: NewLead;
}

/** Gives what was typed to a lead that is there: its blanks are filled, its tags grow, nothing of it is overwritten. */
export const addToLead: ActionDefinition<Joining, Written<Lead>> = {
  label: ({ name }) => say({ id: 'lead.joined', defaultMessage: 'Added what you typed to {name}' }, { name }),
  request: async ({ id, body }, key) => {
    const lead = await bodyOf(api.GET('/leads/{id}', { params: { path: { id } } }));
    const change = blanksOf(lead, body);
    return written(
      api.PATCH('/leads/{id}', {
        params: { path: { id }, header: ifMatch(lead.version) },
        headers: keyed(key),
        body: change,
      }),
    );
  },
  settle: (cache, _lead, { id }) => {
    refreshLead(cache, id);
    refreshLists(cache);
  },
  undo: ({ changeSet }, { id }) => takeBack(changeSet, id),
};

/** What a lead lacks of what was typed. */
export function blanksOf(lead: Lead, body: NewLead): Schema<'LeadChange'> {
  const change: Schema<'LeadChange'> = {};
  if (lead.nameProvisional && body.name) change.name = body.name;
  if (!lead.email && body.email) change.email = body.email;
  if (!lead.phone && body.phone) change.phone = body.phone;
  if (!lead.company && body.company) change.company = body.company;
  if (!lead.title && body.title) change.title = body.title;
  const tags = (body.tags ?? []).filter((tag) => !lead.tags.includes(tag));
  if (tags.length > 0) change.tags = [...lead.tags, ...tags];
  return change;
}
