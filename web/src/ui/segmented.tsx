import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { cx } from './cx';

export interface Segment<Id extends string = string> {
  id: Id;
  label: string;
  icon?: ReactNode;
  /** Draws only the icon. */
  isIconOnly?: boolean;
}

export interface SegmentedProps<Id extends string> {
  label: string;
  segments: readonly Segment<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  className?: string;
}

/** One of two to five, all in sight. Arrows walk, and pressing chooses: what is chosen may change the whole screen. */
export function Segmented<Id extends string>({ label, segments, value, onChange, className }: SegmentedProps<Id>) {
  const [stop, setStop] = useState<Id>();
  const tabStop = segments.some((it) => it.id === stop) ? stop : value;
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={cx('inline-flex rounded-md border border-line bg-sunken p-0.5', className)}
    >
      {segments.map(({ id, label: name, icon, isIconOnly }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === value}
          aria-label={isIconOnly ? name : undefined}
          tabIndex={id === tabStop ? 0 : -1}
          onFocus={() => setStop(id)}
          onBlur={(event) => !isBeside(event.currentTarget, event.relatedTarget) && setStop(undefined)}
          onKeyDown={walk}
          onClick={() => id !== value && onChange(id)}
          className={cx(
            'flex min-h-[calc(var(--control)-6px)] min-w-6 flex-auto items-center justify-center gap-1.5 rounded-sm border px-2',
            'font-medium whitespace-nowrap transition-colors',
            id === value ? 'border-line bg-surface text-text shadow-card' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {icon}
          {!isIconOnly && name}
        </button>
      ))}
    </div>
  );
}

const isBeside = (button: HTMLElement, other: EventTarget | null): boolean =>
  other instanceof HTMLElement && other.parentElement === button.parentElement;

function walk(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...(event.currentTarget.parentElement?.querySelectorAll('button') ?? [])];
  const mirrored = getComputedStyle(event.currentTarget).direction === 'rtl';
  const steps: Record<string, number> = { ArrowRight: mirrored ? -1 : 1, ArrowLeft: mirrored ? 1 : -1, ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const at = buttons.indexOf(event.currentTarget as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
