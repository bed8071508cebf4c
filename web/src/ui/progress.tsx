import { cx } from './cx';

export interface ProgressProps {
  label: string;
  /** Of `max`; without it nobody knows how long it takes. */
  value?: number | undefined;
  max?: number;
  /** Words for the value, such as "1,204 of 3,000 leads". */
  text?: string;
  labelHidden?: boolean;
  className?: string;
}

/** How far something has come. */
export function Progress({ label, value, max = 100, text, labelHidden = false, className }: ProgressProps) {
  const share = value === undefined || max <= 0 ? undefined : Math.min(1, Math.max(0, value / max));
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      {!labelHidden && (
        <div className="flex justify-between gap-3 text-small" aria-hidden="true">
          <span className="min-w-0 truncate font-medium">{label}</span>
          {text !== undefined && <span className="text-muted tabular-nums">{text}</span>}
        </div>
      )}
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        {...(share !== undefined && { 'aria-valuenow': Math.min(max, value ?? 0) })}
        {...(text !== undefined && { 'aria-valuetext': text })}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={cx(
            'h-full origin-[0%_50%] rounded-full bg-accent transition-transform rtl:origin-[100%_50%]',
            share === undefined && 'w-1/4 animate-[ui-along_1400ms_ease-in-out_infinite]',
          )}
          style={share === undefined ? undefined : { transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}
