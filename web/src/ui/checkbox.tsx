import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { type ToggleProps, useToggle } from './use-toggle';

export interface CheckboxProps extends ToggleProps {
  isIndeterminate?: boolean | undefined;
  children?: ReactNode;
  /** The name when nothing is drawn beside it. */
  label?: string;
  hint?: ReactNode;
  className?: string | undefined;
}

/** Chosen, not chosen, or chosen in part. */
export function Checkbox({ children, label, hint, className, isIndeterminate = false, ...rest }: CheckboxProps) {
  const { isOn, hintId, input } = useToggle(rest);
  const isDrawn = isOn || isIndeterminate;
  return (
    <div className={cx('flex flex-col', className)}>
      <label className="relative flex min-h-6 items-center gap-2 text-body has-disabled:text-faint">
        <input
          {...input}
          type="checkbox"
          aria-label={label}
          aria-describedby={hint === undefined ? undefined : hintId}
          ref={(box) => {
            if (box) box.indeterminate = isIndeterminate;
          }}
          className="peer absolute start-0 m-0 size-4 opacity-0"
        />
        <span
          className={cx(
            'pointer-events-none grid size-4 shrink-0 place-items-center rounded-sm border transition-colors',
            'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus',
            'peer-disabled:border-line peer-disabled:bg-sunken peer-disabled:text-faint',
            isDrawn ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface peer-hover:border-muted',
          )}
        >
          {isIndeterminate ? <Minus size={12} strokeWidth={3} /> : isOn && <Check size={12} strokeWidth={3} />}
        </span>
        {children !== undefined && <span className="min-w-0 wrap-anywhere">{children}</span>}
      </label>
      {hint !== undefined && (
        <span id={hintId} className="ms-6 text-small text-muted">
          {hint}
        </span>
      )}
    </div>
  );
}
