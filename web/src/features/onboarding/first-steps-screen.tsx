import { ListChecks, Lock, TriangleAlert } from 'lucide-react';
import { asProblem } from '~/api/client';
import type { Onboarding } from '~/api/queries/onboarding';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { Skeleton } from '~/ui/skeleton';
import { Switch } from '~/ui/switch';
import { bringBack, putAway } from './actions';
import { Checklist, StepProgress } from './checklist';
import { useChoice } from './choice';
import { useAsLarge, useOnboarding } from './progress';
import { RemoveSamples, SampleCount, TrySamples, countOf } from './samples';
import { doneOf, stepsOf } from './steps';
import { useAction } from '~/api/action';

/** The first steps on a page of their own, where the command leads and where there is no sidebar. */
export function FirstStepsScreen() {
  const text = useText();
  const { data, error, refetch } = useOnboarding();
  const title = text({ id: 'onboarding.title', defaultMessage: 'First steps' });
  useTitle(title);
  useAsLarge();
  return (
    <div className="mx-auto flex w-full max-w-160 flex-col gap-6 px-gutter py-5">
      <header>
        <h1 className="text-title">{title}</h1>
        <p className="mt-1 text-muted">
          {text({ id: 'onboarding.lead', defaultMessage: 'Each is done by the act itself, whoever of your workspace does it.' })}
        </p>
      </header>
      {data ? <Steps data={data} /> : error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}
    </div>
  );
}

function Steps({ data }: { data: Onboarding }) {
  const text = useText();
  const steps = stepsOf(data);
  const [done, all] = [doneOf(steps), steps.length];
  if (all === 0) {
    return (
      <EmptyState icon={<ListChecks size={20} />} level={2} title={text({ id: 'onboarding.none', defaultMessage: 'Nothing to set up' })}>
        {text({ id: 'onboarding.none.why', defaultMessage: 'Your role only looks on. Others of your workspace set it up.' })}
      </EmptyState>
    );
  }
  return (
    <>
      <section aria-labelledby="steps" className="rounded-xl border border-line bg-surface p-3">
        <div className="mb-2 flex items-baseline justify-between gap-2 px-2">
          <h2 id="steps" className="text-heading">
            {text({ id: 'onboarding.progress.long', defaultMessage: '{done} of {all} done' }, { done, all })}
          </h2>
        </div>
        <div className="mb-2 px-2">
          <StepProgress steps={steps} />
        </div>
        <Checklist steps={steps} size="large" />
      </section>
      <Samples data={data} />
      <Shown />
    </>
  );
}

function Samples({ data: { sampleLeads } }: { data: Onboarding }) {
  const text = useText();
  const isThere = countOf(sampleLeads) > 0;
  if (!sampleLeads.mayManage && !isThere) return null;
  return (
    <section aria-labelledby="samples" className="rounded-xl border border-line bg-surface p-5">
      <h2 id="samples" className="text-heading">
        {text({ id: 'onboarding.samples', defaultMessage: 'Sample leads' })}
      </h2>
      <p className="mt-1 text-muted">
        {isThere ? (
          <SampleCount samples={sampleLeads} />
        ) : (
          text(
            {
              id: 'onboarding.samples.why',
              defaultMessage: '{count} people who do not exist, in every stage of the pipeline, to try things with. They go again in one act.',
            },
            { count: sampleLeads.available },
          )
        )}
      </p>
      {sampleLeads.mayManage && (
        <div className="mt-3">{isThere ? <RemoveSamples samples={sampleLeads} /> : <TrySamples samples={sampleLeads} />}</div>
      )}
    </section>
  );
}

function Shown() {
  const text = useText();
  const { dismissed } = useChoice();
  const away = useAction(putAway);
  return (
    <Switch isSelected={!dismissed} onChange={(isShown) => void (isShown ? bringBack() : away.run(undefined))}>
      {text({ id: 'onboarding.shown', defaultMessage: 'Show the first steps in the sidebar and on an empty board' })}
    </Switch>
  );
}

function Loading() {
  return (
    <div className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5">
      {[60, 80, 70, 50, 75].map((width) => (
        <span key={width} style={{ width: `${width}%` }}>
          <Skeleton className="w-full" />
        </span>
      ))}
    </div>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const text = useText();
  const problem = asProblem(error);
  const isRefused = problem.status === 403;
  return (
    <EmptyState
      icon={isRefused ? <Lock size={20} /> : <TriangleAlert size={20} />}
      level={2}
      title={
        isRefused
          ? text({ id: 'onboarding.refused', defaultMessage: 'You may not see leads' })
          : text({ id: 'onboarding.failed', defaultMessage: 'The first steps could not be read' })
      }
      {...(!isRefused && { action: <Button onPress={onRetry}>{text({ id: 'onboarding.retry', defaultMessage: 'Try again' })}</Button> })}
    >
      <p>
        {isRefused
          ? text({ id: 'onboarding.refused.why', defaultMessage: 'It needs the right to view leads. An administrator of the workspace can give it to your role.' })
          : problem.detail}
      </p>
      {problem.requestId !== undefined && <p className="mt-1 font-mono text-small select-all">{problem.requestId}</p>}
    </EmptyState>
  );
}
