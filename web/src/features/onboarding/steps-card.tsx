import { useAction } from '~/api/action';
import { landFocus } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { putAway } from './actions';
import { Checklist, StepProgress } from './checklist';
import { useChoice } from './choice';
import { useAsLarge, useOnboarding, useTicks } from './progress';
import { type Step, doneOf, stepsOf } from './steps';

/** The first steps beside "no leads yet", unless they were put away. */
export default function StepsCard() {
  const { data } = useOnboarding();
  const hasSomething = useTicks(data);
  const { dismissed } = useChoice();
  return data && hasSomething && !dismissed ? <LargeCard steps={stepsOf(data)} /> : null;
}

function LargeCard({ steps }: { steps: readonly Step[] }) {
  const text = useText();
  const away = useAction(putAway);
  useAsLarge();
  const [done, all] = [doneOf(steps), steps.length];
  return (
    <section aria-labelledby="first-steps" className="mx-4 my-4 w-104 max-w-full rounded-xl border border-line bg-surface p-3 text-start">
      <div className="mb-2 flex items-baseline gap-2 px-2">
        <h3 id="first-steps" className="flex-1 text-heading">
          {text({ id: 'onboarding.title', defaultMessage: 'First steps' })}
        </h3>
        <span className="text-small text-muted tabular-nums">
          {text({ id: 'onboarding.progress', defaultMessage: '{done} of {all}' }, { done, all })}
        </span>
      </div>
      <div className="mb-2 px-2">
        <StepProgress steps={steps} />
      </div>
      <Checklist steps={steps} size="large" />
      <div className="mt-2 flex justify-end">
        <Button tone="quiet" size="small" onPress={() => void away.run(undefined).then(landFocus)}>
          {text({ id: 'onboarding.dismiss', defaultMessage: 'Put the first steps away' })}
        </Button>
      </div>
    </section>
  );
}
