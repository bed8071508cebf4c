import type { QueryClient } from '@tanstack/react-query';
import type { ActionDefinition } from '~/api/action';
import { api } from '~/api/client';
import { type Import, type ImportCorrection, importCorrectionsQuery, importQuery } from '~/api/queries/imports';
import { say } from '~/i18n';

/** Keeps corrections; the problems stay listed as the last check found them until the next one. */
export async function sendCorrections(cache: QueryClient, id: string, corrections: ImportCorrection[]): Promise<void> {
  await send(id, corrections, crypto.randomUUID());
  await reread(cache, id);
}

async function send(id: string, corrections: ImportCorrection[], key: string): Promise<void> {
  const headers = { 'Idempotency-Key': key };
  await api.POST('/imports/{id}/corrections', { params: { path: { id } }, body: { corrections }, headers });
}

async function reread(cache: QueryClient, id: string): Promise<void> {
  await Promise.all([
    cache.invalidateQueries({ queryKey: importCorrectionsQuery(id).queryKey }),
    cache.invalidateQueries({ queryKey: importQuery(id).queryKey }),
  ]);
}

interface Correcting {
  known: Import;
  corrections: ImportCorrection[];
  label: string;
}

/** One correction cannot be taken back alone; all of them can be forgotten, and a cell can be written again. */
export const correct: ActionDefinition<Correcting, void> = {
  label: ({ label }) => label,
  quiet: true,
  request: ({ known, corrections }, key) => send(known.id, corrections, key),
  settle: (cache, _, { known }) => void reread(cache, known.id),
};

export const forgetCorrections: ActionDefinition<Import, void> = {
  label: () => say({ id: 'imports.forgotten', defaultMessage: 'Forgot all corrections' }),
  quiet: true,
  request: async ({ id }, key) => {
    await api.DELETE('/imports/{id}/corrections', { params: { path: { id } }, headers: { 'Idempotency-Key': key } });
  },
  settle: (cache, _, { id }) => void reread(cache, id),
};
