import { type ComponentPropsWithRef, type KeyboardEvent, type MouseEvent, type ReactNode, useId } from 'react';
import { cx } from './cx';
import { Spinner } from './spinner';

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'normal' | 'small';

type Kept =
  | 'children'
  | 'className'
  | 'ref'
  | 'id'
  | 'type'
  | 'form'
  | 'autoFocus'
  | 'onFocus'
  | 'onBlur'
  | 'onKeyDown'
  | 'onPointerEnter'
  | 'aria-haspopup'
  | 'aria-expanded'
  | 'aria-controls'
  | 'aria-pressed'
  | 'aria-current'
  | 'aria-label'
  | 'aria-describedby';

/** A press, by whatever means. */
export interface Press {
  target: HTMLButtonElement;
}

export interface ButtonProps extends Pick<ComponentPropsWithRef<'button'>, Kept> {
  icon?: ReactNode;
  tone?: ButtonTone;
  size?: ButtonSize;
  onPress?: ((press: Press) => void) | undefined;
  isDisabled?: boolean | undefined;
  /** It works: it keeps its width and the focus, and ignores repeats. */
  isPending?: boolean | undefined;
  /** Why it cannot be pressed yet. It stays reachable, says this, and answers a press with `onRefused`. */
  reason?: string | undefined;
  onRefused?: (reason: string) => void;
}

const TONES: Record<ButtonTone, string> = {
  primary:
    'bg-accent text-on-accent hover:bg-accent-hover active:bg-accent-hover border border-transparent',
  plain: 'bg-surface text-text border border-line-strong hover:bg-hover active:bg-hover',
  quiet: 'bg-transparent text-text border border-transparent hover:bg-hover active:bg-hover',
  danger:
    'bg-danger text-on-danger border border-transparent hover:bg-danger-hover active:bg-danger-hover',
};

const REFUSED = 'bg-sunken text-faint border border-line';

export const SIZES: Record<ButtonSize, string> = {
  normal: 'min-h-control px-3 text-body',
  small: 'min-h-control-small px-2 text-small',
};

/**
 * A button. While it works it keeps its width; while it cannot work it says why.
 *
 * It is a plain element, for it stands in the first paint of every screen, and the widget library's button would bring that
 * library's whole handling of presses along.
 */
export function Button({
  children,
  icon,
  tone = 'plain',
  size = 'normal',
  reason,
  onRefused,
  onPress,
  onKeyDown,
  isDisabled = false,
  isPending = false,
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const refused = reason !== undefined;
  const waits = refused || isPending;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    // What it stands in, such as a row that opens when it is clicked, is not meant.
    event.stopPropagation();
    takeFocus(event.currentTarget);
    if (refused) onRefused?.(reason);
    else if (!isPending) onPress?.({ target: event.currentTarget });
  };
  return (
    <>
      <button
        {...rest}
        // While it waits it must not send the form that it stands in.
        type={waits ? 'button' : type}
        disabled={isDisabled}
        aria-disabled={waits || undefined}
        aria-busy={isPending || undefined}
        aria-describedby={cx(rest['aria-describedby'], refused && reasonId) || undefined}
        onClick={press}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          keepKeys(event);
        }}
        className={cx(
          'relative inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap',
          'select-none transition-colors',
          'disabled:bg-sunken disabled:text-faint disabled:border-line',
          SIZES[size],
          refused ? REFUSED : TONES[tone],
          className,
        )}
      >
        <span className={cx('inline-flex items-center gap-1.5', isPending && 'opacity-0')}>
          {icon}
          {children}
        </span>
        {isPending && (
          <span className="absolute inset-0 grid place-items-center">
            <Spinner />
          </span>
        )}
      </button>
      {refused && (
        <span id={reasonId} hidden>
          {reason}
        </span>
      )}
    </>
  );
}

/** Some browsers leave the focus where it was when a button is clicked; what it opens could not give it back then. */
function takeFocus(button: HTMLButtonElement): void {
  if (document.activeElement !== button) button.focus({ preventScroll: true });
}

/** The keys of a press belong to the button and not to the list around it; a held key presses once. */
function keepKeys(event: KeyboardEvent): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.stopPropagation();
  if (event.repeat && event.key === 'Enter') event.preventDefault();
}

/** For a button with a menu: the arrow down opens it, as pressing does. */
export function openOnArrow(open: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    event.stopPropagation();
    open();
  };
}
