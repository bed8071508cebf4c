import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { compact, oneOf, textOf } from '~/app/address';
import { duplicatesQuery } from '~/api/queries/duplicates';
import { DrawerHost } from '~/features/drawer/drawer-host';
import { DuplicatesScreen } from '~/features/duplicates/duplicates-screen';

interface Search {
  state?: 'open' | 'separate' | 'dismissed' | undefined;
  sure?: number | undefined;
  lead?: string | undefined;
}

export const Route = createFileRoute('/_app/duplicates')({
  validateSearch: (raw: Record<string, unknown>): Search =>
    compact<Search>({
      state: oneOf(raw['state'], ['open', 'separate', 'dismissed']),
      sure: [80, 95].find((it) => it === raw['sure']),
      lead: textOf(raw['lead']),
    }),
  loaderDeps: ({ search: { state, sure } }) => ({ state, sure }),
  loader: ({ context: { queryClient }, deps: { state = 'open', sure = 0 } }) =>
    void queryClient.prefetchInfiniteQuery(duplicatesQuery(state, sure)),
  component: DuplicatesRoute,
});

function DuplicatesRoute() {
  const { state = 'open', sure = 0 } = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return (
    <>
      <DuplicatesScreen
        search={{ state, sure }}
        onSearch={(change) =>
          void navigate({
            search: (before) => {
              const next = { state, sure, ...change };
              return { ...before, state: next.state === 'open' ? undefined : next.state, sure: next.sure || undefined };
            },
            replace: true,
          })
        }
      />
      <DrawerHost />
    </>
  );
}
