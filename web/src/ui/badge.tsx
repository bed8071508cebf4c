import type { ReactNode } from 'react';
import { cx } from './cx';

export type Tone = 'neutral' | 'accent' | 'success' | 'info' | 'warning' | 'danger';

const TONES: Record<Tone, string> = {
  neutral: 'bg-hover text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  success: 'bg-green-soft text-green-text',
  info: 'bg-blue-soft text-blue-text',
  warning: 'bg-amber-soft text-amber-text',
  danger: 'bg-red-soft text-red-text',
};

/** A word or a count in a small box. The words say what the colour says. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex max-w-full min-w-0 items-center gap-1 rounded-full px-2 text-micro font-medium tabular-nums',
        TONES[tone],
      )}
    >
      {icon}
      <span className="truncate py-0.5">{children}</span>
    </span>
  );
}
