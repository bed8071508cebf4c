import { type UseQueryResult } from '@tanstack/react-query';
import { Lock, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { asProblem } from '~/api/client';
import { type Permission, useSession } from '~/app/session';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { Skeleton } from '~/ui/skeleton';

export interface SettingsPageProps {
  title: string;
  lead?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  /** The right without which there is nothing to see here. */
  needs?: Permission;
}

/** A page of the settings: its heading, what it is for, its main action. */
export function SettingsPage({ title, lead, action, children, needs }: SettingsPageProps) {
  const { can } = useSession();
  useTitle(title);
  const refused = needs !== undefined && !can(needs);
  return (
    <div className="mx-auto flex w-full max-w-220 flex-col gap-4 px-gutter py-4">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="text-title">{title}</h1>
          {lead !== undefined && <p className="mt-0.5 text-muted">{lead}</p>}
        </div>
        {!refused && action}
      </header>
      {refused ? <Refused right={needs} /> : children}
    </div>
  );
}

function Refused({ right }: { right: string }) {
  const text = useText();
  return (
    <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'settings.refused', defaultMessage: 'You may not see this' })}>
      {text(
        { id: 'settings.refused.why', defaultMessage: 'It needs the right “{right}”. An administrator of the workspace can give it to your role.' },
        { right },
      )}
    </EmptyState>
  );
}

/** What a query has brought, or that it is on its way, or why it failed. */
export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  const text = useText();
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    const problem = asProblem(query.error);
    return (
      <EmptyState
        icon={<TriangleAlert size={20} />}
        level={2}
        title={text({ id: 'settings.failed', defaultMessage: 'This could not be loaded' })}
        action={
          <Button icon={<RotateCw size={15} />} onPress={() => void query.refetch()}>
            {text({ id: 'settings.retry', defaultMessage: 'Try again' })}
          </Button>
        }
      >
        <p>{problem.detail}</p>
        {problem.requestId && <p className="font-mono text-small">{problem.requestId}</p>}
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-2" aria-busy="true">
      {['a', 'b', 'c', 'd'].map((it) => (
        <Skeleton key={it} className="h-11 w-full" />
      ))}
    </div>
  );
}

/** A box around rows or fields. */
export function Card({ title, lead, children }: { title?: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className="rounded-xl border border-line bg-surface p-4">
      {title !== undefined && <h2 className="text-heading">{title}</h2>}
      {lead !== undefined && <p className="mt-0.5 mb-3 text-muted">{lead}</p>}
      {title !== undefined && lead === undefined && <div className="mb-3" />}
      {children}
    </section>
  );
}

/** Rows of records: what each is, what belongs to it, what can be done. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface">
      {children}
    </ul>
  );
}

export interface RowProps {
  icon?: ReactNode;
  title: ReactNode;
  hint?: ReactNode;
  children?: ReactNode;
}

export function Row({ icon, title, hint, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2">
      {icon}
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">{title}</p>
        {hint !== undefined && <p className="text-small text-muted wrap-anywhere">{hint}</p>}
      </div>
      {children}
    </li>
  );
}
