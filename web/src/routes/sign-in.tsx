import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { setupQuery } from '~/api/queries/setup';
import { compact, textOf } from '~/app/address';
import { safeNext } from '~/features/auth/enter';
import { SignIn } from '~/features/auth/sign-in';
import { ToastRegion } from '~/ui/toast';

interface Search {
  /** Where to go on afterwards. */
  next?: string | undefined;
}

export const Route = createFileRoute('/sign-in')({
  validateSearch: (raw: Record<string, unknown>): Search => compact<Search>({ next: textOf(raw['next']) }),
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
