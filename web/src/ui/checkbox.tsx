import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField, type CheckboxFieldProps } from 'react-aria-components/Checkbox';
import { Text } from 'react-aria-components/Text';
import { cx } from './cx';

type Kept =
  | 'isSelected'
  | 'defaultSelected'
  | 'isIndeterminate'
  | 'isDisabled'
  | 'onChange'
  | 'name'
  | 'value'
  | 'autoFocus'
  | 'excludeFromTabOrder';

export interface CheckboxProps extends Pick<CheckboxFieldProps, Kept> {
  children?: ReactNode;
  /** The name when nothing is drawn beside it. */
  label?: string;
  hint?: ReactNode;
  className?: string;
}

/** Chosen, not chosen, or chosen in part. */
export function Checkbox({ children, label, hint, className, ...rest }: CheckboxProps) {
  return (
    <CheckboxField
      {...rest}
      {...(label !== undefined && { 'aria-label': label })}
      className={cx('flex flex-col', className)}
    >
      <CheckboxButton className="group flex min-h-6 items-center gap-2 text-body outline-none data-disabled:text-faint">
        {({ isSelected, isIndeterminate }) => (
          <>
            <span
              className={cx(
                'grid size-4 shrink-0 place-items-center rounded-sm border transition-colors',
                'group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-focus',
                'group-data-disabled:border-line group-data-disabled:bg-sunken group-data-disabled:text-faint',
                isSelected || isIndeterminate
                  ? 'border-accent bg-accent text-on-accent'
                  : 'border-line-strong bg-surface group-data-hovered:border-muted',
              )}
            >
              {isIndeterminate ? (
                <Minus size={12} strokeWidth={3} />
              ) : (
                isSelected && <Check size={12} strokeWidth={3} />
              )}
            </span>
            {children !== undefined && <span className="min-w-0 wrap-anywhere">{children}</span>}
          </>
        )}
      </CheckboxButton>
      {hint !== undefined && (
        <Text slot="description" className="ms-6 text-small text-muted">
          {hint}
        </Text>
      )}
    </CheckboxField>
  );
}
