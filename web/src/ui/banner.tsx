import { CircleCheck, Clock, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

export type BannerTone = 'info' | 'success' | 'warning' | 'danger';

const TONES = {
  info: ['bg-blue-soft text-blue-text', Info],
  success: ['bg-green-soft text-green-text', CircleCheck],
  warning: ['bg-amber-soft text-amber-text', Clock],
  danger: ['bg-danger-soft text-red-text', TriangleAlert],
} as const;

export interface BannerProps {
  tone?: BannerTone;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** A message in the page. A failure is spoken when it appears; the rest waits to be read. */
export function Banner({ tone = 'info', title, children, action, className }: BannerProps) {
  const [colours, Icon] = TONES[tone];
  return (
    <div
      {...(tone === 'danger' && { role: 'alert' })}
      className={cx('flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg px-3 py-2', colours, className)}
    >
      <Icon size={16} className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 basis-48 wrap-anywhere">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
