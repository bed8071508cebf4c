import { ChevronDown, X } from 'lucide-react';
import { useId } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useAction } from '~/api/action';
import { useCommands } from '~/app/commands';
import { useStore } from '~/app/store';
import { landFocus } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { cx } from '~/ui/cx';
import { bringBack, fold, putAway } from './actions';
import { Checklist, StepProgress } from './checklist';
import { useChoice } from './choice';
import { largeShown, useOnboarding, useTicks } from './progress';
import { TrySamples, countOf } from './samples';
import { doneOf, stepsOf } from './steps';

export interface SidebarCardProps {
  width: 'wide' | 'narrow';
  onMove?: (() => void) | undefined;
}

/** The first steps in the sidebar, until they are put away. Narrow there is room for the command alone. */
export default function SidebarCard({ width, onMove }: SidebarCardProps) {
  const text = useText();
  const navigate = useNavigate();
  const { data } = useOnboarding();
  const hasSomething = useTicks(data);
  const isBesideLarge = useStore(largeShown) > 0;
  const { dismissed, folded } = useChoice();
  const away = useAction(putAway);
  const [title, list] = [useId(), useId()];
  useCommands([
    {
      id: 'help.first-steps',
      label: { id: 'onboarding.title', defaultMessage: 'First steps' },
      section: 'general',
      find: 'onboarding getting started sample leads',
      run: () => {
        void bringBack();
        void navigate({ to: '/first-steps' as never });
      },
    },
  ]);
  if (width === 'narrow' || !data || !hasSomething || dismissed || isBesideLarge) return null;
  const steps = stepsOf(data);
  const [done, all] = [doneOf(steps), steps.length];
  const { sampleLeads } = data;
  const offersSamples = sampleLeads.mayManage && countOf(sampleLeads) === 0 && steps.some((it) => it.name === 'addLeads' && !it.done);
  return (
    <section aria-labelledby={title} className="mb-2 flex min-h-28 flex-col gap-1.5 overflow-auto rounded-xl border border-line bg-surface p-2">
      <div className="flex items-center gap-1">
        <h2 id={title} className="min-w-0 flex-1">
          <Button
            tone="quiet"
            size="small"
            aria-expanded={!folded}
            aria-controls={list}
            onPress={() => void fold(!folded)}
            className="w-full justify-start! px-2! [&>span]:w-full"
          >
            <span className="text-small font-semibold">{text({ id: 'onboarding.title', defaultMessage: 'First steps' })}</span>
            <span className="flex-1 text-end font-normal text-muted tabular-nums">
              {text({ id: 'onboarding.progress', defaultMessage: '{done} of {all}' }, { done, all })}
            </span>
            <ChevronDown size={14} className={cx('shrink-0 text-muted', folded && '-rotate-90 rtl:rotate-90')} />
          </Button>
        </h2>
        <IconButton
          label={text({ id: 'onboarding.dismiss', defaultMessage: 'Put the first steps away' })}
          icon={<X size={14} />}
          size="small"
          onPress={() => void away.run(undefined).then(landFocus)}
        />
      </div>
      <div className="px-2">
        <StepProgress steps={steps} />
      </div>
      <div id={list} hidden={folded} className="text-small">
        {done === all && (
          <p className="px-2 pt-1 text-muted">{text({ id: 'onboarding.all', defaultMessage: 'All done. You can put this away.' })}</p>
        )}
        <Checklist steps={steps} size="small" onMove={onMove} />
        {offersSamples && <TrySamples samples={sampleLeads} size="small" className="mt-1.5 w-full" />}
      </div>
    </section>
  );
}
