import type { ReactNode } from 'react';
import { cx } from './cx';
import { type ToggleProps, useToggle } from './use-toggle';

export interface SwitchProps extends Omit<ToggleProps, 'value'> {
  children?: ReactNode;
  label?: string;
  hint?: ReactNode;
  className?: string | undefined;
}

/** On or off, at once. */
export function Switch({ children, label, hint, className, ...rest }: SwitchProps) {
  const { isOn, hintId, input } = useToggle(rest);
  return (
    <div className={cx('flex flex-col', className)}>
      <label className="relative flex min-h-6 items-center gap-2.5 text-body has-disabled:text-faint">
        <input
          {...input}
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          aria-label={label}
          aria-describedby={hint === undefined ? undefined : hintId}
          className="peer absolute start-0 m-0 h-5 w-9 opacity-0"
        />
        <span
          className={cx(
            'pointer-events-none flex h-5 w-9 shrink-0 items-center rounded-full border p-0.5 transition-colors',
            'border-line-strong bg-sunken peer-checked:border-accent peer-checked:bg-accent',
            'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus',
            'peer-checked:[&>span]:translate-x-4 peer-checked:[&>span]:bg-on-accent rtl:peer-checked:[&>span]:-translate-x-4',
          )}
        >
          <span className="size-3.5 rounded-full bg-line-strong transition-transform" />
        </span>
        {children !== undefined && <span className="min-w-0">{children}</span>}
      </label>
      {hint !== undefined && (
        <span id={hintId} className="ms-11.5 text-small text-muted">
          {hint}
        </span>
      )}
    </div>
  );
}
