import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import * as v from 'valibot';
import { setupQuery } from '~/api/queries/setup';
import { safeNext } from '~/features/auth/enter';
import { SignIn } from '~/features/auth/sign-in';
import { ToastRegion } from '~/ui/toast';

export const Route = createFileRoute('/sign-in')({
  validateSearch: v.object({ next: v.fallback(v.optional(v.string()), undefined) }),
  beforeLoad: async ({ context }) => {
    if (await context.queryClient.ensureQueryData(setupQuery)) throw redirect({ to: '/setup' });
  },
  component: SignInRoute,
});

function SignInRoute() {
  const router = useRouter();
  const { next } = Route.useSearch();
  return (
    <>
      <SignIn onDone={() => router.history.push(safeNext(next))} />
      <ToastRegion />
    </>
  );
}
