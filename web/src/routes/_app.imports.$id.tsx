import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { importFieldsQuery, importQuery } from '~/api/queries/imports';
import { compact, oneOf } from '~/app/address';
import { ImportScreen } from '~/features/imports/import-screen';
import { STEPS, type Step } from '~/features/imports/step-names';

interface Search {
  /** Without it the import opens where one has to go on. */
  step?: Step | undefined;
}

export const Route = createFileRoute('/_app/imports/$id')({
  validateSearch: (raw: Record<string, unknown>): Search => compact<Search>({ step: oneOf(raw['step'], STEPS) }),
  loader: ({ context: { queryClient }, params: { id } }) => {
    void queryClient.prefetchQuery(importQuery(id));
    void queryClient.prefetchQuery(importFieldsQuery);
  },
  component: ImportRoute,
});

function ImportRoute() {
  const { id } = Route.useParams();
  const { step } = Route.useSearch();
  const navigate = useNavigate();
  return (
    <ImportScreen
      key={id}
      id={id}
      step={step}
      onStep={(next) => void navigate({ to: '/imports/$id', params: { id }, search: { step: next } })}
      onLeave={() => void navigate({ to: '/imports' })}
    />
  );
}
