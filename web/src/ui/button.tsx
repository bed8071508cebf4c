import type { ReactNode, Ref } from 'react';
import { useId } from 'react';
import { Button as Base, type ButtonProps as BaseProps } from 'react-aria-components/Button';
import { cx } from './cx';
import { Spinner } from './spinner';

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'normal' | 'small';

type Kept =
  | 'onPress'
  | 'onHoverStart'
  | 'onFocus'
  | 'onBlur'
  | 'type'
  | 'form'
  | 'isDisabled'
  | 'isPending'
  | 'autoFocus'
  | 'id'
  | 'slot'
  | 'preventFocusOnPress'
  | 'excludeFromTabOrder'
  | 'aria-haspopup'
  | 'aria-expanded'
  | 'aria-controls'
  | 'aria-pressed'
  | 'aria-current'
  | 'aria-label'
  | 'aria-describedby';

export interface ButtonProps extends Pick<BaseProps, Kept> {
  children?: ReactNode;
  icon?: ReactNode;
  tone?: ButtonTone;
  size?: ButtonSize;
  /** Why it cannot be pressed yet. It stays reachable, says this, and answers a press with `onRefused`. */
  reason?: string | undefined;
  onRefused?: (reason: string) => void;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

const TONES: Record<ButtonTone, string> = {
  primary:
    'bg-accent text-on-accent data-hovered:bg-accent-hover data-pressed:bg-accent-hover border border-transparent',
  plain: 'bg-surface text-text border border-line-strong data-hovered:bg-hover data-pressed:bg-hover',
  quiet: 'bg-transparent text-text border border-transparent data-hovered:bg-hover data-pressed:bg-hover',
  danger:
    'bg-danger text-on-danger border border-transparent data-hovered:bg-danger-hover data-pressed:bg-danger-hover',
};

const REFUSED = 'bg-sunken text-faint border border-line';

export const SIZES: Record<ButtonSize, string> = {
  normal: 'min-h-control px-3 text-body',
  small: 'min-h-control-small px-2 text-small',
};

/** A button. While it works it keeps its width; while it cannot work it says why. */
export function Button({
  children,
  icon,
  tone = 'plain',
  size = 'normal',
  reason,
  onRefused,
  onPress,
  className,
  ref,
  type,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const refused = reason !== undefined;
  const described = cx(rest['aria-describedby'], refused && reasonId) || undefined;
  return (
    <>
      <Base
        {...rest}
        {...(ref === undefined ? {} : { ref })}
        // A refused button must not send the form that it stands in.
        type={refused ? 'button' : (type ?? 'button')}
        {...(refused ? { 'aria-disabled': true as const } : {})}
        {...(described === undefined ? {} : { 'aria-describedby': described })}
        {...(reason === undefined ? onPress && { onPress } : { onPress: () => onRefused?.(reason) })}
        className={cx(
          'relative inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap',
          'select-none transition-colors',
          'data-disabled:bg-sunken data-disabled:text-faint data-disabled:border-line',
          SIZES[size],
          refused ? REFUSED : TONES[tone],
          className,
        )}
      >
        {({ isPending }) => (
          <>
            <span className={cx('inline-flex items-center gap-1.5', isPending && 'opacity-0')}>
              {icon}
              {children}
            </span>
            {isPending && (
              <span className="absolute inset-0 grid place-items-center">
                <Spinner />
              </span>
            )}
          </>
        )}
      </Base>
      {refused && (
        <span id={reasonId} hidden>
          {reason}
        </span>
      )}
    </>
  );
}
