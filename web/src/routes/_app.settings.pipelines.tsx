import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { pipelinesQuery } from '~/api/queries/pipelines';
import { compact, textOf } from '~/app/address';
import { PipelinesScreen } from '~/features/pipelines/pipelines-screen';

export const Route = createFileRoute('/_app/settings/pipelines')({
  validateSearch: (raw: Record<string, unknown>): { pipeline?: string | undefined } => compact({ pipeline: textOf(raw['pipeline']) }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(pipelinesQuery),
  component: PipelinesRoute,
});

function PipelinesRoute() {
  const { pipeline } = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return <PipelinesScreen chosen={pipeline} onChoose={(id) => void navigate({ search: { pipeline: id } })} />;
}
