import type { QueryClient } from '@tanstack/react-query';
import type { ActionDefinition } from '~/api/action';
import { type Written, undoChangeSet, written } from '~/api/changes';
import { IDEMPOTENCY_KEY, type Schema, api } from '~/api/client';
import { refreshLists } from '~/api/queries/leads';
import { onboardingQuery } from '~/api/queries/onboarding';
import { rememberScreen } from '~/app/preference-changes';
import { queryClient } from '~/app/queryClient';
import { say } from '~/i18n';
import { type Choice, chosen } from './choice';

type Added = Schema<'AddedSampleLeads'>;

const keyed = (key: string) => ({ [IDEMPOTENCY_KEY]: key }) as Record<string, string>;

/** Everything that shows leads is read afresh. */
async function refresh(cache: QueryClient): Promise<void> {
  refreshLists(cache);
  await Promise.all([
    cache.invalidateQueries({ queryKey: onboardingQuery.queryKey }),
    cache.invalidateQueries({ queryKey: ['board'] }),
  ]);
}

const remove = () => api.DELETE('/onboarding/sample-leads');

/** Undone, they are gone again and not in the trash; unless some were there before. */
export const addSamples: ActionDefinition<{ count: number }, Written<Added>> = {
  label: ({ count }) => say({ id: 'onboarding.samples.added', defaultMessage: 'Put in {count} sample leads' }, { count }),
  request: (_, key) => written(api.POST('/onboarding/sample-leads', { headers: keyed(key) })),
  settle: (cache) => void refresh(cache),
  undo: async ({ body, changeSet }, { count }) => {
    if (body.added === count) await remove();
    else if (changeSet !== undefined) await undoChangeSet(changeSet);
    await refresh(queryClient);
  },
};

/** There is no way back; they can be put in anew. */
export const removeSamples: ActionDefinition<{ count: number }, unknown> = {
  label: ({ count }) =>
    say({ id: 'onboarding.samples.removed', defaultMessage: 'Removed {count, plural, one {# sample lead} other {# sample leads}}' }, { count }),
  request: (_, key) => api.DELETE('/onboarding/sample-leads', { headers: keyed(key) }),
  settle: (cache) => void refresh(cache),
  // The question stays open and says it.
  refused: () => true,
};

const keep = (change: Partial<Choice>) => rememberScreen('onboarding', { ...chosen(), ...change });

/** For ever, for this person; the command and the profile bring them back. */
export const putAway: ActionDefinition<undefined, void> = {
  label: () => say({ id: 'onboarding.away', defaultMessage: 'Put the first steps away' }),
  announce: () =>
    say({ id: 'onboarding.away.said', defaultMessage: 'First steps put away. The command “First steps” brings them back.' }),
  request: () => keep({ dismissed: true }),
  undo: () => keep({ dismissed: false }),
};

export const bringBack = (): Promise<void> => keep({ dismissed: false, folded: false });
export const fold = (folded: boolean): Promise<void> => keep({ folded });
