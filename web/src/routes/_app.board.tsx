import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { boardQuery } from '~/api/queries/board';
import { takeBootBoard } from '~/app/boot';
import { AddLeadHost } from '~/features/add-lead/add-lead-host';
import { BoardScreen } from '~/features/board/board-screen';
import { DrawerHost } from '~/features/drawer/drawer-host';
import { BEGINNING, SamplesLine } from '~/features/onboarding/at-the-leads';
import { boardSearch } from '~/features/board/address';
import { scopeOf } from '~/features/board/filter';

export const Route = createFileRoute('/_app/board')({
  validateSearch: boardSearch,
  loaderDeps: ({ search: { pipeline, view, q, f, sort } }) => ({ pipeline, view, q, f, sort }),
  // What the board shows is asked for while its code is on the way; a refusal is shown by the screen.
  loader: ({ context: { queryClient }, deps }) => {
    const query = boardQuery(scopeOf(deps));
    const brought = Object.keys(scopeOf(deps)).length === 0 ? takeBootBoard() : undefined;
    if (brought) queryClient.setQueryData(query.queryKey, brought);
    else void queryClient.prefetchQuery(query);
  },
  component: BoardRoute,
});

function BoardRoute() {
  const search = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return (
    <>
      <BoardScreen
        search={search}
        onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: 'q' in change })}
        onSettings={(pipeline) => void navigate({ to: '/settings/pipelines', search: { pipeline } })}
        onOpenLead={(lead) => void navigate({ search: (before) => ({ ...before, lead }) })}
        beginning={BEGINNING}
        onAddLead={(stage) => void navigate({ search: (before) => ({ ...before, dialog: stage === undefined ? 'new' : `new:${stage}` }) })}
      />
      <SamplesLine />
      <DrawerHost />
      <AddLeadHost />
    </>
  );
}
