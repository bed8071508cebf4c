import { Outlet, createFileRoute, redirect } from '@tanstack/react-router';
import { Problem } from '~/api/problem';
import { sessionQuery } from '~/api/queries/session';

/** Everything below is for people who are signed in; others are sent to the sign-in page and come back. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown;
      throw redirect({ href: `/sign-in?next=${encodeURIComponent(location.href)}` });
    }
  },
  component: Shell,
});

function Shell() {
  return (
    <main id="main">
      <Outlet />
    </main>
  );
}
