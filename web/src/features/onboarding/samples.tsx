import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import type { Onboarding } from '~/api/queries/onboarding';
import { useConnection } from '~/app/connection';
import { landFocus } from '~/app/title';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { Button, type ButtonProps } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { addSamples, removeSamples } from './actions';

type Samples = Onboarding['sampleLeads'];

export const countOf = ({ live, trashed }: Samples): number => live + trashed;

/** What does not wait for the line to come back is refused without one. */
function useOffline(): string | undefined {
  const text = useText();
  const { state } = useConnection();
  return state === 'offline' ? text({ id: 'onboarding.offline', defaultMessage: 'There is no connection to the server.' }) : undefined;
}

const explain = (reason: string): void => void toast({ tone: 'warning', text: reason });

/** Puts sample leads in. */
export function TrySamples({ samples, ...look }: { samples: Samples } & Pick<ButtonProps, 'tone' | 'size' | 'className'>) {
  const text = useText();
  const { run, pending } = useAction(addSamples);
  const offline = useOffline();
  return (
    <Button
      {...look}
      icon={<FlaskConical size={15} />}
      isPending={pending}
      reason={offline}
      onRefused={explain}
      onPress={() =>
        void run({ count: samples.available }).then((it) => {
          // The empty board goes, and the button with it.
          if (it.state === 'done') landFocus();
        })
      }
    >
      {text({ id: 'onboarding.samples.try', defaultMessage: 'Try with sample leads' })}
    </Button>
  );
}

/** Takes them out again, after one question. */
export function RemoveSamples({ samples, ...look }: { samples: Samples } & Pick<ButtonProps, 'tone' | 'size' | 'className'>) {
  const text = useText();
  const { run } = useAction(removeSamples);
  const offline = useOffline();
  const [isAsked, setAsked] = useState(false);
  const [count, setCount] = useState(0);
  return (
    <>
      <Button
        {...look}
        reason={offline}
        onRefused={explain}
        aria-haspopup="dialog"
        aria-label={text({ id: 'onboarding.samples.remove.name', defaultMessage: 'Remove sample leads' })}
        onPress={() => {
          setCount(countOf(samples));
          setAsked(true);
        }}
      >
        {text({ id: 'onboarding.samples.remove', defaultMessage: 'Remove' })}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={text(
          { id: 'onboarding.samples.remove.title', defaultMessage: 'Remove {count, plural, one {# sample lead} other {# sample leads}}?' },
          { count },
        )}
        lead={text({
          id: 'onboarding.samples.remove.lead',
          defaultMessage:
            'They go for good with their notes, also those that you changed or moved. Your own leads stay, and so does a lead that one of them was merged with.',
        })}
        action={text(
          { id: 'onboarding.samples.remove.do', defaultMessage: 'Remove {count, plural, one {# sample lead} other {# sample leads}}' },
          { count },
        )}
        onConfirm={async () => {
          const outcome = await run({ count });
          if (outcome.state === 'refused') throw outcome.problem;
          landFocus();
        }}
      />
    </>
  );
}

/** How many there are, in words. */
export function SampleCount({ samples: { live, trashed } }: { samples: Samples }) {
  const text = useText();
  return text(
    {
      id: 'onboarding.samples.count',
      defaultMessage:
        '{count, plural, one {# sample lead} other {# sample leads}}{trashed, plural, =0 {} one {, # in the trash} other {, # in the trash}}',
    },
    { count: live + trashed, trashed },
  );
}
