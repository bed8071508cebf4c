import { createFileRoute, useNavigate } from '@tanstack/react-router';
import * as v from 'valibot';
import { pipelinesQuery } from '~/api/queries/pipelines';
import { PipelinesScreen } from '~/features/pipelines/pipelines-screen';

const search = v.object({ pipeline: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined) });

export const Route = createFileRoute('/_app/settings/pipelines')({
  validateSearch: (given) => v.parse(search, given),
  loader: ({ context }) => void context.queryClient.prefetchQuery(pipelinesQuery),
  component: PipelinesRoute,
});

function PipelinesRoute() {
  const { pipeline } = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return <PipelinesScreen chosen={pipeline} onChoose={(id) => void navigate({ search: { pipeline: id } })} />;
}
