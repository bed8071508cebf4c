import { createFileRoute, redirect } from '@tanstack/react-router';
import { type ComponentProps, Suspense } from 'react';
import { Problem } from '~/api/problem';
import { sessionQuery } from '~/api/queries/session';
import { Failure } from '~/features/shell/failure';
import { Shell } from '~/features/shell/shell';
import { lazyExtra, useIdle } from '~/ui/lazy';

const SidebarCard = lazyExtra(() => import('~/features/onboarding/sidebar-card'));

/** Everything below is for people who are signed in; others are sent to the sign-in page and come back. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  component: AppRoute,
  errorComponent: Failure,
});

function AppRoute() {
  return <Shell Extra={FirstSteps} />;
}

/** Nobody waits for the first steps. */
function FirstSteps(props: ComponentProps<typeof SidebarCard>) {
  return useIdle() ? (
    <Suspense>
      <SidebarCard {...props} />
    </Suspense>
  ) : null;
}
