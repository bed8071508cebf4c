import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { Import } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { explain } from './parts';
import type { Step } from './step-names';
import { hurdleOf, stepAfter, stepBefore } from './steps';
import { HURDLE_WORDS, STEP_WORDS } from './words';

/** What every step is given. */
export interface StepProps {
  known: Import;
  onStep: (step: Step) => void;
  onLeave: () => void;
}

/** Back, and on to the next step, which says why where it cannot be gone to yet. */
export function StepFooter({ known, step, onStep, reason }: Pick<StepProps, 'known' | 'onStep'> & { step: Step; reason?: string | undefined }) {
  const text = useText();
  const before = stepBefore(step);
  const after = stepAfter(step);
  const hurdle = after && hurdleOf(after, known);
  const why = reason ?? (hurdle && text(HURDLE_WORDS[hurdle]));
  return (
    <div className="sticky bottom-0 z-10 -mx-gutter flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-gutter py-3">
      {before && (
        <Button icon={<ArrowLeft size={15} className="rtl:rotate-180" />} onPress={() => onStep(before)}>
          {text(STEP_WORDS[before])}
        </Button>
      )}
      <span className="flex-1" />
      {after && (
        <Button tone="primary" reason={why} onRefused={explain} onPress={() => onStep(after)}>
          {text(STEP_WORDS[after])}
          <ArrowRight size={15} className="rtl:rotate-180" />
        </Button>
      )}
    </div>
  );
}
