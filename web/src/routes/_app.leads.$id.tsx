import { createFileRoute, useNavigate, useRouter } from '@tanstack/react-router';
import { leadQuery } from '~/api/queries/leads';
import { LeadPage } from '~/features/drawer/lead-page';

export const Route = createFileRoute('/_app/leads/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => void queryClient.prefetchQuery(leadQuery(id)),
  component: LeadRoute,
});

function LeadRoute() {
  const { id } = Route.useParams();
  const navigate = useNavigate();
  const router = useRouter();
  return (
    <LeadPage
      id={id}
      onGo={(next) => void navigate({ to: '/leads/$id', params: { id: next }, replace: true })}
      onClose={() => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/leads' }))}
    />
  );
}
