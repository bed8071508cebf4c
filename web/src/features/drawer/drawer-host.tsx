import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, lazy, useCallback, useEffect, useRef } from 'react';

const load = () => import('./lead-drawer');
const LeadDrawer = lazy(() => load().then((it) => ({ default: it.LeadDrawer })));

/** The drawer of whatever list stands beside it: `?lead=id` opens it, and Back closes it. */
export function DrawerHost({ onClosed }: { onClosed?: () => void }) {
  const { lead } = useSearch({ strict: false }) as { lead?: string };
  const navigate = useNavigate();
  const before = useRef(lead);
  useEffect(() => {
    const hasClosed = before.current !== undefined && lead === undefined;
    before.current = lead;
    if (hasClosed) onClosed?.();
  }, [lead, onClosed]);
  useEffect(() => {
    const timer = setTimeout(() => load().catch(() => undefined), 1500);
    return () => clearTimeout(timer);
  }, []);
  const go = useCallback(
    (id: string | undefined) =>
      void navigate({
        to: '.',
        search: ((now: Record<string, unknown>) => ({ ...now, lead: id })) as never,
        // Walking through a list is one step of the history, not one for each lead.
        replace: id !== undefined,
      }),
    [navigate],
  );
  if (lead === undefined) return null;
  return (
    <Suspense>
      <LeadDrawer
        id={lead}
        onGo={go}
        onClose={() => go(undefined)}
        onPage={(id) => void navigate({ to: '/leads/$id', params: { id } })}
      />
    </Suspense>
  );
}
