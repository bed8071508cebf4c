import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { compact, textOf } from '~/app/address';
import { MembersScreen } from '~/features/settings/members-screen';

export const Route = createFileRoute('/_app/settings/members')({
  validateSearch: (raw: Record<string, unknown>): { q?: string | undefined } => compact({ q: textOf(raw['q']) }),
  component: MembersRoute,
});

function MembersRoute() {
  const { q } = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return (
    <MembersScreen search={q ?? ''} onSearch={(typed) => void navigate({ search: typed ? { q: typed } : {}, replace: true })} />
  );
}
