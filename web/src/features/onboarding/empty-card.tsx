import { useAction } from '~/api/action';
import { landFocus } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { putAway } from './actions';
import { Checklist, StepProgress } from './checklist';
import { useChoice } from './choice';
import { useAsLarge, useOnboarding, useTicks } from './progress';
import { TrySamples, countOf } from './samples';
import { type Step, doneOf, stepsOf } from './steps';

/** What stands below "no leads yet": sample leads to try things with, and the first steps. */
export default function EmptyCard() {
  const { data } = useOnboarding();
  const hasSomething = useTicks(data);
  const { dismissed } = useChoice();
  if (!data) return null;
  const { sampleLeads } = data;
  const steps = stepsOf(data);
  return (
    <div className="mx-auto flex w-full max-w-104 flex-col items-center gap-5 px-4 pb-6">
      {sampleLeads.mayManage && countOf(sampleLeads) === 0 && <TrySamples samples={sampleLeads} />}
      {hasSomething && !dismissed && <LargeCard steps={steps} />}
    </div>
  );
}

function LargeCard({ steps }: { steps: readonly Step[] }) {
  const text = useText();
  const away = useAction(putAway);
  useAsLarge();
  const [done, all] = [doneOf(steps), steps.length];
  return (
    <section aria-labelledby="first-steps" className="w-full rounded-xl border border-line bg-surface p-3 text-start">
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
