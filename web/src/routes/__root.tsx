import type { QueryClient } from '@tanstack/react-query';
import { Outlet, createRootRouteWithContext } from '@tanstack/react-router';
import { LiveRegions } from '~/app/announce';
import { Failure, NotFound } from '~/features/shell/failure';

export interface RouterContext {
  queryClient: QueryClient;
}

export const Route = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: Failure,
  notFoundComponent: NotFound,
});

function Root() {
  return (
    <>
      <Outlet />
      <LiveRegions />
    </>
  );
}
