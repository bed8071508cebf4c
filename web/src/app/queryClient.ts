import { QueryClient } from '@tanstack/react-query';
import { Problem } from '~/api/problem';

/** A refusal stays one when it is asked again; a broken line or a busy server may not. */
function worthRetrying(failures: number, thrown: unknown): boolean {
  const status = thrown instanceof Problem ? thrown.status : -1;
  return failures < 3 && (status === 0 || status === 429 || status >= 502);
}

function pauseBeforeRetry(failures: number, thrown: unknown): number {
  const asked = thrown instanceof Problem ? thrown.retryAfter : undefined;
  return asked ? asked * 1000 : Math.min(500 * 2 ** failures, 8000);
}

/** What the server has told this tab. Live events say when it is out of date, so it is not asked again on every focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      retry: worthRetrying,
      retryDelay: pauseBeforeRetry,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
