import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button';
import { cx } from './cx';
import { Tooltip } from './tooltip';

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> {
  /** What it does, for those who do not see the icon and in the tooltip. */
  label: string;
  icon: ReactNode;
  /** The shortcut that does the same, as the tooltip shows it. */
  keys?: string | undefined;
}

const SIDE = { normal: 'w-control', small: 'w-control-small' } as const;

/** A button that is only an icon; its label is in the tooltip and in its name. */
export function IconButton({
  label,
  icon,
  keys,
  tone = 'quiet',
  size = 'normal',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={rest.reason ?? label} {...(keys === undefined ? {} : { keys })}>
      <Button
        {...rest}
        aria-label={label}
        tone={tone}
        size={size}
        className={cx('shrink-0 px-0!', SIDE[size], tone === 'quiet' && 'text-muted hover:text-text', className)}
      >
        {icon}
      </Button>
    </Tooltip>
  );
}
