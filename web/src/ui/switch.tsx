import type { ReactNode } from 'react';
import { SwitchButton, SwitchField, type SwitchFieldProps } from 'react-aria-components/Switch';
import { Text } from 'react-aria-components/Text';
import { cx } from './cx';

type Kept = 'isSelected' | 'defaultSelected' | 'isDisabled' | 'onChange' | 'name' | 'autoFocus';

export interface SwitchProps extends Pick<SwitchFieldProps, Kept> {
  children?: ReactNode;
  label?: string;
  hint?: ReactNode;
  className?: string;
}

/** On or off, at once. */
export function Switch({ children, label, hint, className, ...rest }: SwitchProps) {
  return (
    <SwitchField
      {...rest}
      {...(label !== undefined && { 'aria-label': label })}
      className={cx('flex flex-col', className)}
    >
      <SwitchButton className="group flex min-h-6 items-center gap-2.5 text-body outline-none data-disabled:text-faint">
        <span
          className={cx(
            'flex h-5 w-9 shrink-0 items-center rounded-full border p-0.5 transition-colors',
            'border-line-strong bg-sunken group-data-selected:border-accent group-data-selected:bg-accent',
            'group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-focus',
          )}
        >
          <span
            className={cx(
              'size-3.5 rounded-full bg-line-strong transition-transform',
              'group-data-selected:translate-x-4 group-data-selected:bg-on-accent rtl:group-data-selected:-translate-x-4',
            )}
          />
        </span>
        {children !== undefined && <span className="min-w-0">{children}</span>}
      </SwitchButton>
      {hint !== undefined && (
        <Text slot="description" className="ms-11.5 text-small text-muted">
          {hint}
        </Text>
      )}
    </SwitchField>
  );
}
