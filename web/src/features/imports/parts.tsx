import { Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { asProblem } from '~/api/client';
import { useConnection } from '~/app/connection';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { cx } from '~/ui/cx';
import type { Figure } from './figures';

/** Why nothing can be sent now; nothing where it can. */
export function useOfflineReason(): string | undefined {
  const text = useText();
  const { state } = useConnection();
  if (state !== 'offline') return undefined;
  return text({ id: 'imports.offline', defaultMessage: 'There is no connection to the server. Imports go on when it is back.' });
}

/** Answers the press of a button that cannot work yet. */
export const explain = (reason: string): void => void toast({ tone: 'warning', text: reason });

/** Shown to whoever may not import. */
export function MayNot() {
  const text = useText();
  return (
    <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'imports.refused', defaultMessage: 'You may not import leads' })}>
      {text({
        id: 'imports.refused.why',
        defaultMessage: 'It needs the right to import leads. An administrator of the workspace can give it to your role.',
      })}
    </EmptyState>
  );
}

/** What could not be read: the cause, the number to quote, and another try. */
export function Failed({ title, error, onRetry, action }: { title: string; error: unknown; onRetry?: () => void; action?: ReactNode }) {
  const text = useText();
  const problem = asProblem(error);
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert size={20} />}
        level={2}
        title={title}
        action={
          <>
            {onRetry && <Button onPress={onRetry}>{text({ id: 'imports.retry', defaultMessage: 'Try again' })}</Button>}
            {action}
          </>
        }
      >
        <p>{problem.detail}</p>
        {problem.requestId !== undefined && (
          <p className="mt-1 font-mono text-small">
            {text({ id: 'imports.request', defaultMessage: 'Request {id}' }, { id: problem.requestId })}
          </p>
        )}
      </EmptyState>
    </div>
  );
}

/** A part of a step, with its name above. */
export function Panel({ title, hint, aside, children, className }: {
  title: string;
  hint?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={cx('flex flex-col gap-3 rounded-xl border border-line bg-surface p-4', className)}>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-56">
          <h2 className="text-heading">{title}</h2>
          {hint !== undefined && <p className="text-small text-muted">{hint}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}

const BARS: Record<Figure<string>['tone'], string> = {
  good: 'bg-green-solid',
  plain: 'bg-blue-solid',
  attention: 'bg-amber-solid',
  bad: 'bg-red-solid',
};

/** Figures that add up to a sum, which stands below them. */
export function Figures<Id extends string>({ figures, words, total, totalWords }: {
  figures: readonly Figure<Id>[];
  words: (id: Id) => string;
  total: number;
  totalWords: string;
}) {
  const format = useFormats();
  return (
    <dl className="flex flex-col">
      {figures.map(({ id, count, tone }) => (
        <div key={id} data-figure={id} className="grid grid-cols-[1fr_auto] items-center gap-x-4 border-b border-line py-1.5 sm:grid-cols-[minmax(0,14rem)_1fr_5rem]">
          <dt className={cx(count === 0 && 'text-muted')}>{words(id)}</dt>
          <dd aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-hover max-sm:hidden">
            <span
              className={cx('block h-full rounded-full', BARS[tone])}
              style={{ width: total > 0 ? `${Math.max(count > 0 ? 1 : 0, (count / total) * 100)}%` : 0 }}
            />
          </dd>
          <dd className={cx('text-end tabular-nums', count === 0 ? 'text-muted' : 'font-semibold')}>{format.number(count)}</dd>
        </div>
      ))}
      <div data-figure="rows" className="grid grid-cols-[1fr_auto] items-center gap-x-4 py-1.5 font-semibold">
        <dt>{totalWords}</dt>
        <dd className="text-end tabular-nums">{format.number(total)}</dd>
      </div>
    </dl>
  );
}
