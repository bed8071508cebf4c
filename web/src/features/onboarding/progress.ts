import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useLive } from '~/api/live';
import { type Onboarding, type StepName, onboardingQuery } from '~/api/queries/onboarding';
import { announce } from '~/app/announce';
import { createStore, useStore } from '~/app/store';
import { say } from '~/i18n';
import { doneOf, stepsOf } from './steps';

/** Events that may mean that a step is done. */
const MAY_DO: Partial<Record<StepName, readonly string[]>> = {
  addLeads: ['lead.created'],
  moveLead: ['lead.stage_changed'],
  makeItYours: ['pipeline.changed'],
};

/** Of these no event tells; what a screen reads afresh after such an act does. */
const READ_AFTER: Partial<Record<StepName, readonly string[]>> = {
  makeItYours: ['views'],
  inviteTeammate: ['invitations', 'members'],
  connectSystem: ['api-keys'],
};

/** Events that may change how many sample leads there are. */
const OF_SAMPLES = ['lead.created', 'lead.deleted', 'lead.restored', 'lead.purged', 'lead.merged'];

const EVENTS = [...new Set([...Object.values(MAY_DO).flat(), ...OF_SAMPLES])];

/** So long events are gathered: an import brings thousands. */
const GATHER_MS = 400;

/** Whether an event can change what is shown: most of them cannot, once a step is done. */
export function matters({ steps, sampleLeads }: Onboarding, type: string): boolean {
  if (type === 'reset') return true;
  if (steps.some((it) => !it.done && MAY_DO[it.step]?.includes(type))) return true;
  return sampleLeads.live + sampleLeads.trashed > 0 && OF_SAMPLES.includes(type);
}

/** Whether something that a screen has read afresh can mean that a step is done. */
export function mattersRead({ steps }: Onboarding, key: unknown): boolean {
  return typeof key === 'string' && steps.some((it) => !it.done && READ_AFTER[it.step]?.includes(key));
}

/** The first steps as they are now, kept up to date by what happens. */
export function useOnboarding() {
  const cache = useQueryClient();
  const query = useQuery(onboardingQuery);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void cache.invalidateQueries({ queryKey: onboardingQuery.queryKey });
    }, GATHER_MS);
  }, [cache]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { data } = query;
  useLive(EVENTS, (event) => data && matters(data, event.type) && soon());
  useEffect(
    () =>
      cache.getQueryCache().subscribe(({ type, query: { queryKey }, ...rest }) => {
        const isRead = type === 'updated' && 'action' in rest && rest.action.type === 'success';
        const known = cache.getQueryData(onboardingQuery.queryKey);
        if (isRead && known && mattersRead(known, queryKey[0])) soon();
      }),
    [cache, soon],
  );
  return query;
}

/** Whether a step was open since this page was loaded: who comes to a workspace that is set up is shown nothing. */
const wasOpen = createStore(false);
let known: ReadonlySet<StepName> | undefined;

/** Says of each step that it is done, once, and whether there is something to show. */
export function useTicks(data: Onboarding | undefined): boolean {
  const open = useStore(wasOpen);
  useEffect(() => {
    if (!data) return;
    const steps = stepsOf(data);
    const done = doneOf(steps);
    if (done < steps.length) wasOpen.set(true);
    const fresh = steps.filter((it) => it.done && known && !known.has(it.name));
    known = new Set(steps.filter((it) => it.done).map((it) => it.name));
    for (const step of fresh) {
      const words = {
        id: 'onboarding.done.said',
        defaultMessage: 'Done: {step}. {done} of {all} first steps.',
      };
      announce(say(words, { step: say(step.title), done, all: steps.length }));
    }
  }, [data]);
  return open && (data?.steps.length ?? 0) > 0;
}

/** How many large lists of first steps are on the screen; beside one the sidebar needs none. */
export const largeShown = createStore(0);

export function useAsLarge(): void {
  useEffect(() => {
    largeShown.set((before) => before + 1);
    return () => largeShown.set((before) => before - 1);
  }, []);
}
