import { createFileRoute, useRouter } from '@tanstack/react-router';
import { api, bodyOf } from '~/api/client';
import { LinkGone } from '~/features/auth/gone';
import { Join } from '~/features/auth/join';

export const Route = createFileRoute('/join/$token')({
  loader: ({ params: { token } }) => bodyOf(api.GET('/invitations/{token}/preview', { params: { path: { token } } })),
  component: JoinRoute,
  errorComponent: LinkGone,
});

function JoinRoute() {
  const router = useRouter();
  const { token } = Route.useParams();
  return <Join token={token} invitation={Route.useLoaderData()} onDone={() => router.history.replace('/')} />;
}
