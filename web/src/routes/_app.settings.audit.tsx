import { createFileRoute, useNavigate } from '@tanstack/react-router';
import type { AuditFilter } from '~/api/queries/settings';
import { compact, textOf } from '~/app/address';
import { AuditScreen } from '~/features/settings/audit-screen';

export const Route = createFileRoute('/_app/settings/audit')({
  validateSearch: (raw: Record<string, unknown>): AuditFilter =>
    compact({ action: textOf(raw['action']), actor: textOf(raw['actor']), from: textOf(raw['from']), to: textOf(raw['to']) }),
  component: AuditRoute,
});

function AuditRoute() {
  const filter = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return (
    <AuditScreen
      filter={filter}
      onFilter={(change) => void navigate({ search: (before) => compact({ ...before, ...change }), replace: true })}
    />
  );
}
