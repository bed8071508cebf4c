import { useOnboarding } from './progress';
import { TrySamples, countOf } from './samples';

/** Beside "Add the first lead", for whoever may put sample leads in. */
export default function SamplesButton() {
  const { data } = useOnboarding();
  if (!data?.sampleLeads.mayManage || countOf(data.sampleLeads) > 0) return null;
  return <TrySamples samples={data.sampleLeads} />;
}
