import { createFileRoute } from '@tanstack/react-router';
import { onboardingQuery } from '~/api/queries/onboarding';
import { FirstStepsScreen } from '~/features/onboarding/first-steps-screen';

export const Route = createFileRoute('/_app/first-steps')({
  loader: ({ context: { queryClient } }) => void queryClient.prefetchQuery(onboardingQuery),
  component: FirstStepsScreen,
});
