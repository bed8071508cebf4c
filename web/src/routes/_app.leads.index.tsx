import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { leadListQuery } from '~/api/queries/leads';
import { viewsQuery } from '~/api/queries/views';
import { AddLeadHost } from '~/features/add-lead/add-lead-host';
import { DrawerHost } from '~/features/drawer/drawer-host';
import { BEGINNING, SamplesLine } from '~/features/onboarding/at-the-leads';
import { LeadsScreen } from '~/features/leads/leads-screen';
import { readFilter } from '~/kit/filter/address';
import { toQuery } from '~/kit/filter/condition';
import { leadSearch } from '~/kit/lead-search';

export const Route = createFileRoute('/_app/leads/')({
  validateSearch: leadSearch,
  loaderDeps: ({ search: { view, q, f, sort, group, trash } }) => ({ view, q, f, sort, group, trash }),
  // The views and the first rows are asked for while the code is on the way.
  loader: ({ context: { queryClient }, deps }) => {
    void queryClient.prefetchQuery(viewsQuery);
    if (deps.view !== undefined || deps.group !== undefined) return;
    const filter = toQuery({ root: readFilter(deps.f ?? ''), search: deps.q ?? '', deleted: deps.trash ?? false });
    const by = deps.sort?.replace(/^-/, '') ?? 'createdAt';
    const sortOrder = deps.sort === undefined || deps.sort.startsWith('-') ? 'desc' : 'asc';
    void queryClient.prefetchInfiniteQuery(leadListQuery({ ...filter, sortBy: by, sortOrder }));
  },
  component: LeadsRoute,
});

function LeadsRoute() {
  const navigate = useNavigate();
  const { f, q, view } = Route.useSearch();
  return (
    <>
      <LeadsScreen
        onBoard={() => void navigate({ to: '/board', search: { f, q, view } as never })}
        beginning={BEGINNING}
      />
      <SamplesLine />
      <DrawerHost onClosed={focusTable} />
      <AddLeadHost />
    </>
  );
}

/** When the drawer closes, the row that it was opened from has the focus again. */
function focusTable(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=grid] [tabindex="0"]')?.focus());
}
