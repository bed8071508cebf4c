import { createFileRoute, redirect } from '@tanstack/react-router';

/** The board is what people work at, so it is where they begin. */
export const Route = createFileRoute('/_app/')({
  beforeLoad: () => {
    throw redirect({ to: '/board', replace: true });
  },
});
