/** What can be done to the notes of a lead. */
import type { QueryClient } from '@tanstack/react-query';
import type { ActionDefinition } from '~/api/action';
import { type Written, written } from '~/api/changes';
import { IDEMPOTENCY_KEY, api, ifMatch } from '~/api/client';
import { type LeadDetail, type Note, leadQuery, refreshLead } from '~/api/queries/leads';
import { say } from '~/i18n';
import { takeBack } from '~/kit/lead-actions';

const keyed = (key: string) => ({ [IDEMPOTENCY_KEY]: key }) as Record<string, string>;

function patchNotes(cache: QueryClient, lead: string, change: (notes: Note[]) => Note[]): () => void {
  const { queryKey } = leadQuery(lead);
  const before = cache.getQueryData<LeadDetail>(queryKey)?.notes;
  const set = (notes: Note[]) => cache.setQueryData<LeadDetail>(queryKey, (known) => known && { ...known, notes });
  if (!before) return () => undefined;
  set(change(before));
  return () => set(before);
}

/** Pinned ones first, then the newest. */
const inOrder = (notes: Note[]): Note[] =>
  notes.toSorted(
    (one, other) => Number(other.pinned) - Number(one.pinned) || other.createdAt.localeCompare(one.createdAt),
  );

export interface Writing {
  lead: { id: string; name: string };
  value: string;
  author: { id: string; name: string };
}

export const addNote: ActionDefinition<Writing, Written<Note>> = {
  label: ({ lead }) => say({ id: 'note.added', defaultMessage: 'Added a note to {name}' }, { name: lead.name }),
  quiet: true,
  offline: 'queue',
  apply: (cache, { lead, value, author }) => {
    const at = new Date().toISOString();
    const note: Note = {
      id: `new-${at}`,
      leadId: lead.id,
      value,
      author: { kind: 'user', ...author },
      pinned: false,
      mentions: [],
      version: 0,
      createdAt: at,
    };
    return patchNotes(cache, lead.id, (notes) => inOrder([note, ...notes]));
  },
  request: ({ lead, value }, key) =>
    written(api.POST('/leads/{id}/notes', { params: { path: { id: lead.id } }, headers: keyed(key), body: { value } })),
  settle: (cache, { body }, { lead }) => {
    patchNotes(cache, lead.id, (notes) =>
      inOrder([body, ...notes.filter((it) => it.version !== 0 && it.id !== body.id)]),
    );
    refreshLead(cache, lead.id);
  },
  undo: ({ changeSet }, { lead }) => takeBack(changeSet, lead.id),
};

export interface Rewriting {
  note: Note;
  change: { value?: string; pinned?: boolean };
}

export const editNote: ActionDefinition<Rewriting, Written<Note>> = {
  label: ({ change }) =>
    change.pinned === undefined
      ? say({ id: 'note.edited', defaultMessage: 'Changed a note' })
      : change.pinned
        ? say({ id: 'note.pinned', defaultMessage: 'Pinned a note' })
        : say({ id: 'note.unpinned', defaultMessage: 'Unpinned a note' }),
  quiet: true,
  apply: (cache, { note, change }) =>
    patchNotes(cache, note.leadId, (notes) =>
      inOrder(notes.map((it) => (it.id === note.id ? { ...it, ...change } : it))),
    ),
  request: ({ note, change }, key) =>
    written(
      api.PATCH('/leads/{id}/notes/{noteId}', {
        params: { path: { id: note.leadId, noteId: note.id }, header: ifMatch(note.version) },
        headers: keyed(key),
        body: change,
      }),
    ),
  settle: (cache, { body }) => {
    patchNotes(cache, body.leadId, (notes) => notes.map((it) => (it.id === body.id ? body : it)));
    refreshLead(cache, body.leadId);
  },
  undo: ({ changeSet }, { note }) => takeBack(changeSet, note.leadId),
};

/** The words of a deleted note are gone at once and everywhere, so there is no way back; the dialog says so. */
export const deleteNote: ActionDefinition<Note, void> = {
  label: () => say({ id: 'note.deleted', defaultMessage: 'Deleted the note' }),
  apply: (cache, note) => patchNotes(cache, note.leadId, (notes) => notes.filter((it) => it.id !== note.id)),
  request: async (note, key) => {
    await api.DELETE('/leads/{id}/notes/{noteId}', {
      params: { path: { id: note.leadId, noteId: note.id } },
      headers: keyed(key),
    });
  },
  settle: (cache, _none, note) => refreshLead(cache, note.leadId),
};
