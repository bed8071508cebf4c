import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, createRouter } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { sessionQuery } from '~/api/queries/session';
import { stringifySearch } from '~/app/address';
import { boot } from '~/app/boot';
import { DEFAULT_PREFERENCES, applyPreferences } from '~/app/preferences';
import { queryClient } from '~/app/queryClient';
import { focusHeading } from '~/app/title';
import { loadFontAfterPaint } from '~/styles/font';
import { routeTree } from './routeTree.gen';
import './styles/base.css';

const me = boot()?.me;
if (me) {
  queryClient.setQueryData(sessionQuery.queryKey, me);
  applyPreferences(me.preferences ?? DEFAULT_PREFERENCES);
}

const router = createRouter({
  routeTree,
  context: { queryClient },
  stringifySearch,
  // What a route does not know is taken out of the address; it would reach the screen beside what the route read.
  search: { strict: true },
  defaultPreload: 'intent',
  // What a loader reads is kept by the query client, which knows when it is out of date.
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

// The first screen leaves the focus where the browser has it: nobody has moved yet.
router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) requestAnimationFrame(focusHeading);
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
loadFontAfterPaint();
