import SamplesButton from './samples-button';
import SamplesLine from './samples-line';
import StepsCard from './steps-card';

const PARTS = { button: SamplesButton, line: SamplesLine, steps: StepsCard };

/** What stands beside leads; see `at-the-leads`. */
export default function LeadsPart({ name }: { name: keyof typeof PARTS }) {
  const Part = PARTS[name];
  return <Part />;
}
