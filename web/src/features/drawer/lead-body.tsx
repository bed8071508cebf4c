import type { Brief } from '~/api/queries/brief';
import type { LeadDetail } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { Skeleton } from '~/ui/skeleton';
import { CustomFields, Details } from './details';
import { Duplicates } from './duplicates';
import { Notes } from './notes';
import { Section } from './section';
import { StageStepper } from './stage-stepper';
import { Timeline } from './timeline';
import type { LeadSave } from './use-lead-save';

interface Props {
  lead: LeadDetail;
  saving: LeadSave;
}

/** Where it stands, what is known, and which others may be the same. */
export function LeadFacts({ lead, saving }: Props) {
  return (
    <>
      <StageStepper lead={lead} />
      <Duplicates lead={lead} />
      <Details lead={lead} saving={saving} />
      <CustomFields lead={lead} saving={saving} />
    </>
  );
}

/** What was said and done. */
export function LeadStory({ lead }: Pick<Props, 'lead'>) {
  const text = useText();
  return (
    <>
      <Section title={text({ id: 'drawer.notes', defaultMessage: 'Notes' })} count={lead.notes.length}>
        <Notes lead={lead} notes={lead.notes} />
      </Section>
      <Section title={text({ id: 'drawer.timeline', defaultMessage: 'Timeline' })}>
        <Timeline lead={lead} />
      </Section>
    </>
  );
}

/** What the card or the row knew already stands above this; only the rest is still on its way. */
export function BodySkeleton({ brief }: { brief: Brief | undefined }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-4">
      {!brief && <Skeleton className="h-6 w-1/2" />}
      {['w-full', 'w-2/3', 'w-3/4', 'w-1/2', 'w-2/3', 'w-3/5'].map((width, index) => (
        <Skeleton key={`${width}${index < 3 ? 'a' : 'b'}`} className={width} />
      ))}
    </div>
  );
}
