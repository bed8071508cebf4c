import { cx } from './cx';

const COLOURS = ['blue', 'amber', 'purple', 'pink', 'green', 'red'] as const;

/** One or two signs that stand for a name; names are not taken apart beyond their spaces. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (firstSign(words[0]) + firstSign(last)).toLocaleUpperCase() || '?';
}

function firstSign(word = ''): string {
  return [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? '';
}

/** The same name has the same colour everywhere. */
function colourOf(name: string): string {
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) | 0;
  return COLOURS[Math.abs(sum) % COLOURS.length] ?? 'blue';
}

const SIZES = { small: 'size-5 text-[0.5625rem]', normal: 'size-7 text-micro', large: 'size-10 text-body' } as const;

export interface AvatarProps {
  name: string;
  size?: keyof typeof SIZES;
  /** Says the name to screen readers; leave it out where the name stands beside it. */
  isNamed?: boolean;
}

/** Stands for a person. */
export function Avatar({ name, size = 'normal', isNamed = false }: AvatarProps) {
  return (
    <span
      data-stage={colourOf(name)}
      {...(isNamed ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true })}
      className={cx(
        'inline-grid shrink-0 place-items-center rounded-full bg-stage-soft font-semibold text-stage-text select-none',
        SIZES[size],
      )}
    >
      {initials(name)}
    </span>
  );
}
