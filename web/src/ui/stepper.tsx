import { Check } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from './cx';

export interface StepItem<Id extends string> {
  id: Id;
  label: string;
  mark: 'done' | 'open' | 'waiting';
  /** The mark in words, for those who do not see it. */
  state: string;
}

export interface StepperProps<Id extends string> {
  label: string;
  steps: readonly StepItem<Id>[];
  current: Id;
  /** Draws the link that leads to a step, around what it is given. */
  renderLink: (step: StepItem<Id>, className: string, content: ReactNode) => ReactNode;
}

/** The steps of something long, in their order: each is a link, so that one can go back and come again. */
export function Stepper<Id extends string>({ label, steps, current, renderLink }: StepperProps<Id>) {
  const items = useRef<HTMLOListElement>(null);
  const at = steps.findIndex((it) => it.id === current);
  // Where they do not fit beside each other, the current one would be out of sight.
  useEffect(() => items.current?.children[at]?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [at]);
  return (
    // Positioned, so that the words for those who do not see it scroll with the steps instead of widening the page.
    <nav aria-label={label} className="relative -mx-1 overflow-x-auto px-1 py-1">
      <ol ref={items} className="flex min-w-max items-center gap-1">
        {steps.map((step, index) => (
          <li key={step.id} className="flex items-center gap-1">
            {index > 0 && <span aria-hidden="true" className="h-px w-3 bg-line sm:w-5" />}
            {renderLink(
              step,
              cx(
                'flex min-h-control items-center gap-2 rounded-md px-2 font-medium whitespace-nowrap transition-colors',
                step.id === current ? 'bg-accent-soft text-accent-ink' : 'text-muted hover:bg-hover hover:text-text',
              ),
              <>
                <span
                  aria-hidden="true"
                  className={cx(
                    'grid size-5 shrink-0 place-items-center rounded-full border text-micro font-semibold tabular-nums',
                    step.id === current
                      ? 'border-accent bg-accent text-on-accent'
                      : step.mark === 'done'
                        ? 'border-accent text-accent-ink'
                        : 'border-line-strong text-muted',
                  )}
                >
                  {step.mark === 'done' && step.id !== current ? <Check size={12} strokeWidth={3} /> : index + 1}
                </span>
                {step.label}
                <span className="sr-only">{step.state}</span>
              </>,
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
