import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useAction } from '~/api/action';
import { type Schema, api, bodyOf } from '~/api/client';
import { membersQuery } from '~/api/queries/members';
import { type AuditFilter, auditQuery } from '~/api/queries/settings';
import { useSession } from '~/app/session';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Button } from '~/ui/button';
import { ComboBox } from '~/ui/combo-box';
import { DayField } from '~/ui/day-field';
import { EmptyState } from '~/ui/empty-state';
import { TextField } from '~/ui/text-field';
import { Loaded, SettingsPage } from './parts';

export interface AuditScreenProps {
  filter: AuditFilter;
  onFilter: (change: AuditFilter) => void;
}

/** Who changed what about access, and when. The log cannot be changed; whether it is whole can be checked. */
export function AuditScreen({ filter, onFilter }: AuditScreenProps) {
  const text = useText();
  const { can } = useSession();
  const log = useInfiniteQuery({ ...auditQuery(filter), enabled: can('audit:view') });
  const isFiltered = Object.values(filter).some(Boolean);
  const verify = useAction<void, Schema<'AuditVerification'>>({
    label: () => '',
    quiet: true,
    request: () => bodyOf(api.GET('/audit/verify')),
    settle: (_, { whole, rows, reason }) => {
      const words = whole
        ? text({ id: 'audit.whole', defaultMessage: 'The log is whole: {rows, number} entries, each fits the one before.' }, { rows })
        : text({ id: 'audit.broken', defaultMessage: 'The log was tampered with: {reason}' }, { reason: reason ?? '' });
      toast({ tone: whole ? 'success' : 'danger', text: words });
    },
  });
  return (
    <SettingsPage
      needs="audit:view"
      title={text({ id: 'audit.title', defaultMessage: 'Audit log' })}
      lead={text({ id: 'audit.lead', defaultMessage: 'Sign-ins, changes of access, keys, roles and settings, newest first.' })}
      action={
        <Button icon={<ShieldCheck size={16} />} isPending={verify.pending} onPress={() => void verify.run()}>
          {text({ id: 'audit.verify', defaultMessage: 'Check the chain' })}
        </Button>
      }
    >
      <Filters filter={filter} onFilter={onFilter} />
      <Loaded query={log}>
        {({ pages }) => {
          const rows = pages.flatMap((it) => it.data);
          if (rows.length === 0) {
            return (
              <EmptyState
                level={2}
                title={text({ id: 'audit.none', defaultMessage: 'No entries match' })}
                {...(isFiltered && {
                  action: (
                    <Button onPress={() => onFilter({ action: undefined, actor: undefined, from: undefined, to: undefined })}>
                      {text({ id: 'audit.clear', defaultMessage: 'Clear the filters' })}
                    </Button>
                  ),
                })}
              />
            );
          }
          return (
            <>
              <Table rows={rows} />
              {log.hasNextPage && (
                <Button className="self-center" isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
                  {text({ id: 'audit.more', defaultMessage: 'Show older entries' })}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </SettingsPage>
  );
}

const day = (at: string | undefined): string => at?.slice(0, 10) ?? '';

function Filters({ filter, onFilter }: AuditScreenProps) {
  const text = useText();
  const { can } = useSession();
  const { data: members } = useQuery({ ...membersQuery, enabled: can('members:view') });
  return (
    <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <TextField
        label={text({ id: 'audit.action', defaultMessage: 'Action' })}
        placeholder="session.started"
        dir="ltr"
        value={filter.action ?? ''}
        onChange={(action) => onFilter({ action: action || undefined })}
      />
      <ComboBox
        label={text({ id: 'audit.who', defaultMessage: 'By' })}
        options={(members ?? []).map((it) => ({ id: it.userId, label: it.name, hint: it.email }))}
        value={filter.actor ?? null}
        onChange={(actor) => onFilter({ actor: actor ?? undefined })}
      />
      <DayField
        label={text({ id: 'audit.from', defaultMessage: 'From' })}
        value={day(filter.from)}
        onChange={(from) => onFilter({ from: from ? `${from}T00:00:00Z` : undefined })}
      />
      <DayField
        label={text({ id: 'audit.to', defaultMessage: 'To' })}
        value={day(filter.to)}
        onChange={(to) => onFilter({ to: to ? `${to}T23:59:59Z` : undefined })}
      />
    </div>
  );
}

function Table({ rows }: { rows: readonly Schema<'AuditRow'>[] }) {
  const text = useText();
  const { ago, exact } = useFormats();
  const heads = [
    text({ id: 'audit.when', defaultMessage: 'When' }),
    text({ id: 'audit.by', defaultMessage: 'Who' }),
    text({ id: 'audit.what', defaultMessage: 'What' }),
    text({ id: 'audit.details', defaultMessage: 'Details' }),
  ];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways, so the keyboard must reach it
    <div className="overflow-x-auto rounded-xl border border-line bg-surface" role="region" tabIndex={0} aria-label={heads.join(', ')}>
      <table className="w-full min-w-160 text-start">
        <thead>
          <tr className="border-b border-line text-small text-muted">
            {heads.map((it) => (
              <th key={it} scope="col" className="px-3 py-2 text-start font-medium">
                {it}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line align-top">
          {rows.map((it) => (
            <tr key={it.seq}>
              <td className="px-3 py-2 whitespace-nowrap text-muted" title={exact(it.at)}>
                {ago(it.at)}
              </td>
              <td className="px-3 py-2">{it.actorName ?? it.actorKind}</td>
              <td className="px-3 py-2 font-mono text-small">
                {it.action}
                <span className="block text-muted">{it.target}</span>
              </td>
              <td className="px-3 py-2">
                <Details data={it.data} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Details({ data }: { data: Schema<'AuditRow'>['data'] }) {
  const text = useText();
  if (Object.keys(data).length === 0) return null;
  return (
    <details>
      <summary className="rounded-sm text-accent-ink">{text({ id: 'audit.show', defaultMessage: 'Show' })}</summary>
      <pre className="mt-1 max-w-96 font-mono text-small whitespace-pre-wrap wrap-anywhere">{JSON.stringify(data, null, 2)}</pre>
    </details>
  );
}
