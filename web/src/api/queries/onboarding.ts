import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type Onboarding = Schema<'Onboarding'>;
export type StepName = Schema<'OnboardingStepName'>;

/** Which first steps are done, and how many sample leads there are. */
export const onboardingQuery = queryOptions({
  queryKey: ['onboarding'],
  queryFn: ({ signal }) => bodyOf(api.GET('/onboarding', { signal })),
  staleTime: 60_000,
});
