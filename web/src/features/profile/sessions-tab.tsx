import { useQuery } from '@tanstack/react-query';
import { Monitor } from 'lucide-react';
import { useAction } from '~/api/action';
import { api } from '~/api/client';
import { sessionsQuery } from '~/api/queries/settings';
import { say, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { Skeleton } from '~/ui/skeleton';

/** Browsers that are signed in as this person. */
export function SessionsTab() {
  const text = useText();
  const { ago, exact } = useFormats();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const end = useAction<string, unknown>({
    label: () => say({ id: 'sessions.ended', defaultMessage: 'Ended the session' }),
    request: (id) => api.DELETE('/sessions/{id}', { params: { path: { id } } }),
    settle: (cache) => void cache.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const endOthers = useAction<void, unknown>({
    label: () => say({ id: 'sessions.others-ended', defaultMessage: 'Ended all other sessions' }),
    request: () => api.POST('/sessions/revoke-others'),
    settle: (cache) => void cache.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  if (error && !data) {
    return (
      <p className="pt-4">
        {error.message}{' '}
        <Button size="small" onPress={() => void refetch()}>
          {text({ id: 'sessions.retry', defaultMessage: 'Try again' })}
        </Button>
      </p>
    );
  }
  if (!data) return <Skeleton className="mt-4 h-24 w-full" />;
  return (
    <div className="flex flex-col gap-3 pt-4">
      <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
        {data.map((it) => (
          <li key={it.id} className="flex flex-wrap items-center gap-3 px-3 py-2">
            <Monitor size={17} className="text-muted" />
            <div className="min-w-0 flex-1 basis-48">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {deviceOf(it.userAgent) || text({ id: 'sessions.unknown', defaultMessage: 'Unknown browser' })}
                {it.current && <Badge tone="accent">{text({ id: 'sessions.this', defaultMessage: 'This browser' })}</Badge>}
              </p>
              <p className="text-small text-muted" title={exact(it.lastSeenAt)}>
                {text({ id: 'sessions.hint', defaultMessage: '{address} · used {when}' }, { address: it.address || '–', when: ago(it.lastSeenAt) })}
              </p>
            </div>
            {!it.current && (
              <Button size="small" onPress={() => void end.run(it.id)}>
                {text({ id: 'sessions.end', defaultMessage: 'End' })}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {data.length > 1 && (
        <Button className="self-start" isPending={endOthers.pending} onPress={() => void endOthers.run()}>
          {text({ id: 'sessions.end-others', defaultMessage: 'End all other sessions' })}
        </Button>
      )}
    </div>
  );
}

/** "Firefox on Windows": enough for a person to know their own devices by. */
export function deviceOf(userAgent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1] ?? '';
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(userAgent)?.[1] ?? '';
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return [name, system.replace('Mac OS X', 'macOS')].filter(Boolean).join(' · ');
}
