import { createFileRoute, useRouter } from '@tanstack/react-router';
import { Reset } from '~/features/auth/reset';

export const Route = createFileRoute('/reset/$token')({ component: ResetRoute });

function ResetRoute() {
  const router = useRouter();
  const { token } = Route.useParams();
  return <Reset token={token} onDone={() => router.history.replace('/sign-in')} />;
}
