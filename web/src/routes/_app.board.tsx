import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { Suspense } from 'react';
import { boardQuery } from '~/api/queries/board';
import { takeBootBoard } from '~/app/boot';
import { AddLeadHost } from '~/features/add-lead/add-lead-host';
import { BoardScreen } from '~/features/board/board-screen';
import { DrawerHost } from '~/features/drawer/drawer-host';
import { boardSearch } from '~/features/board/address';
import { scopeOf } from '~/features/board/filter';
import type { Beginning } from '~/ui/empty-state';
import { lazyExtra, useIdle } from '~/ui/lazy';

const StepsCard = lazyExtra(() => import('~/features/onboarding/steps-card'));
const SamplesButton = lazyExtra(() => import('~/features/onboarding/samples-button'));
const SamplesLine = lazyExtra(() => import('~/features/onboarding/samples-line'));

/** For somebody who has no leads yet. */
const BEGINNING: Beginning = {
  action: (
    <Suspense>
      <SamplesButton />
    </Suspense>
  ),
  beside: (
    <Suspense>
      <StepsCard />
    </Suspense>
  ),
};

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
  const isIdle = useIdle();
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
      <Suspense>{isIdle && <SamplesLine />}</Suspense>
      <DrawerHost />
      <AddLeadHost />
    </>
  );
}
