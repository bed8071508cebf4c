import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { importsQuery } from '~/api/queries/imports';
import { ImportsScreen } from '~/features/imports/imports-screen';

export const Route = createFileRoute('/_app/imports/')({
  loader: ({ context: { queryClient } }) => void queryClient.prefetchInfiniteQuery(importsQuery),
  component: ImportsRoute,
});

function ImportsRoute() {
  const navigate = useNavigate();
  return <ImportsScreen onOpen={(id) => void navigate({ to: '/imports/$id', params: { id }, search: { step: 'columns' } })} />;
}
