import { Check } from 'lucide-react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Link } from '~/ui/link';
import { Progress } from '~/ui/progress';
import { cx } from '~/ui/cx';
import { type Step, doneOf } from './steps';

interface ChecklistProps {
  steps: readonly Step[];
  /** In the sidebar there is room for the titles alone. */
  size: 'small' | 'large';
  onMove?: (() => void) | undefined;
}

/** The first steps, each a link to where it is done. They stay links when they are done, so that no focus is lost. */
export function Checklist({ steps, size, onMove }: ChecklistProps) {
  const text = useText();
  const { can } = useSession();
  const isLarge = size === 'large';
  return (
    <ol className="flex flex-col gap-0.5">
      {steps.map((step) => (
        <li key={step.name}>
          <Link
            to={step.to(can) as never}
            {...({ search: step.search?.(can) ?? {} } as object)}
            tone="bare"
            {...(onMove && { onClick: onMove })}
            className={cx('flex items-start gap-2 rounded-md px-2 hover:bg-hover', isLarge ? 'py-2' : 'min-h-control-small py-1')}
          >
            <Mark isDone={step.done} />
            <span className="min-w-0">
              <span className={cx('block', step.done ? 'text-muted' : isLarge && 'font-medium')}>
                {step.done && <span className="sr-only">{text({ id: 'onboarding.done', defaultMessage: 'Done:' })} </span>}
                {text(step.title)}
              </span>
              {isLarge && !step.done && <span className="block text-small text-muted">{text(step.why)}</span>}
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}

function Mark({ isDone }: { isDone: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border',
        isDone ? 'border-accent bg-accent text-on-accent' : 'border-line-strong',
      )}
    >
      {isDone && <Check size={11} strokeWidth={3} />}
    </span>
  );
}

/** How far it is, as a bar; the words stand in the heading. */
export function StepProgress({ steps }: { steps: readonly Step[] }) {
  const text = useText();
  const [done, all] = [doneOf(steps), steps.length];
  return (
    <Progress
      label={text({ id: 'onboarding.title', defaultMessage: 'First steps' })}
      labelHidden
      value={done}
      max={all}
      text={text({ id: 'onboarding.progress', defaultMessage: '{done} of {all}' }, { done, all })}
    />
  );
}
