import type { ReactNode } from 'react';
import { cx } from './cx';

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** One sentence why, or what puts something here. */
  children?: ReactNode;
  /** The first step, as a button that does it. */
  action?: ReactNode;
  /** Of the heading in the order of the page; none where a heading stands above already. */
  level?: 1 | 2 | 3;
  className?: string;
}

/** What else somebody can begin with, made by whoever knows it. */
export interface Beginning {
  /** Beside the first step. */
  action: ReactNode;
  /** Beside the whole, or below where there is no room. */
  beside: ReactNode;
}

/** Puts the empty state and what stands beside it next to each other. */
export function WithBeside({ children, beside }: { children: ReactNode; beside: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-10">
      <div className="max-w-full">{children}</div>
      {beside}
    </div>
  );
}

/** What stands where nothing is. */
export function EmptyState({ icon, title, children, action, level, className }: EmptyStateProps) {
  const Title = level === undefined ? 'p' : (`h${level}` as const);
  return (
    <div className={cx('mx-auto flex max-w-104 flex-col items-center gap-2 px-6 py-10 text-center', className)}>
      {icon !== undefined && (
        <span className="mb-1 grid size-10 place-items-center rounded-xl bg-accent-soft text-accent-ink">{icon}</span>
      )}
      <Title className="text-heading">{title}</Title>
      {children !== undefined && <div className="text-muted">{children}</div>}
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
