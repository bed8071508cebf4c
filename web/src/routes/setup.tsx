import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { setupQuery } from '~/api/queries/setup';
import { Setup } from '~/features/auth/setup';

export const Route = createFileRoute('/setup')({
  beforeLoad: async ({ context }) => {
    if (!(await context.queryClient.ensureQueryData(setupQuery))) throw redirect({ to: '/sign-in' });
  },
  component: SetupRoute,
});

function SetupRoute() {
  const router = useRouter();
  return <Setup onDone={() => router.history.push('/')} />;
}
