import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

interface Props {
  /** The same for all of which one is chosen. */
  name: string;
  label: string;
  isChosen: boolean;
  /** Without a choice it is only shown. */
  isChoice: boolean;
  onChoose: () => void;
  children: ReactNode;
}

/** One of several values side by side; arrows choose among them, as among all radio buttons. */
export function PickCell({ name, label, isChosen, isChoice, onChoose, children }: Props) {
  if (!isChoice) {
    return (
      <span className="block px-2 py-1 text-muted wrap-anywhere" dir="auto">
        {children}
      </span>
    );
  }
  return (
    <label
      className={cx(
        'relative flex cursor-default items-start gap-2 rounded-md border px-2 py-1 wrap-anywhere',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
        isChosen ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover',
      )}
    >
      {/* It lies over the whole cell, unseen, so that whatever points at the value points at the choice. */}
      <input
        type="radio"
        name={name}
        aria-label={label}
        checked={isChosen}
        onChange={onChoose}
        className="absolute inset-0 m-0 size-full cursor-default opacity-0"
      />
      <span
        aria-hidden="true"
        className={cx(
          'mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border',
          isChosen ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface',
        )}
      >
        {isChosen && <Check size={11} strokeWidth={3} />}
      </span>
      <span className="min-w-0 flex-1" dir="auto">
        {children}
      </span>
    </label>
  );
}
