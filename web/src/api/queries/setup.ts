import { queryOptions } from '@tanstack/react-query';
import { boot } from '~/app/boot';

/** Whether the server waits for its first workspace. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) => {
    const block = boot();
    if (block) return block.setupNeeded;
    const { api, bodyOf } = await import('../client');
    return (await bodyOf(api.GET('/setup', { signal }))).needed;
  },
});
