import { queryOptions } from '@tanstack/react-query';
import { boot } from '~/app/boot';
import { api, bodyOf } from '../client';

/** Whether the server waits for its first workspace. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) => {
    const block = boot();
    return block ? block.setupNeeded : (await bodyOf(api.GET('/setup', { signal }))).needed;
  },
});
