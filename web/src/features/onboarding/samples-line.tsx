import { FlaskConical } from 'lucide-react';
import { useText } from '~/i18n';
import { Link } from '~/ui/link';
import { useOnboarding } from './progress';
import { RemoveSamples, SampleCount, countOf } from './samples';

/** The tag that sample leads carry, as a filter of the table. */
const SAMPLES_ALONE = { f: 'tags:has:Sample' };

/** A quiet line as long as there are sample leads. */
export default function SamplesLine() {
  const text = useText();
  const { data } = useOnboarding();
  if (!data || countOf(data.sampleLeads) === 0) return null;
  const { sampleLeads } = data;
  return (
    <aside
      aria-label={text({ id: 'onboarding.samples', defaultMessage: 'Sample leads' })}
      className="flex shrink-0 flex-wrap items-center gap-x-2 border-t border-line px-gutter py-1 text-small text-muted"
    >
      <FlaskConical size={13} className="shrink-0" />
      <Link to={'/leads' as never} search={SAMPLES_ALONE as never} tone="quiet">
        <SampleCount samples={sampleLeads} />
      </Link>
      {sampleLeads.mayManage && (
        <>
          <span aria-hidden="true">·</span>
          <RemoveSamples samples={sampleLeads} tone="quiet" size="small" className="px-1.5!" />
        </>
      )}
    </aside>
  );
}
