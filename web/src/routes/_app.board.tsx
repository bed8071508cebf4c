import { createFileRoute, useNavigate } from '@tanstack/react-router';
import * as v from 'valibot';
import { boardQuery } from '~/api/queries/board';
import { takeBootBoard } from '~/app/boot';
import { BoardScreen } from '~/features/board/board-screen';
import { boardSearchSchema, scopeOf } from '~/features/board/filter';

export const Route = createFileRoute('/_app/board')({
  validateSearch: (search) => v.parse(boardSearchSchema, search),
  loaderDeps: ({ search: { pipeline, view, q, f, sort } }) => ({ pipeline, view, q, f, sort, lead: undefined }),
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
    <BoardScreen
      search={search}
      onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: 'q' in change })}
      onTable={() => void navigate({ href: tableAddress(search) })}
      onSettings={(pipeline) => void navigate({ href: `/settings/pipelines?pipeline=${pipeline}` })}
      onOpenLead={(lead) => void navigate({ search: (before) => ({ ...before, lead }) })}
    />
  );
}

/** The table shows the same leads. */
function tableAddress({ q, f, view }: ReturnType<typeof Route.useSearch>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, f, view })) if (value !== undefined) query.set(name, value);
  return query.size > 0 ? `/leads?${query.toString()}` : '/leads';
}
