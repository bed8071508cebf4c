import { Check, X } from 'lucide-react';
import { cx } from './cx';
import { stageColour } from './stage-colour';

export type StageType = 'open' | 'won' | 'lost';

/** The sign of a stage: a dot, or ✓ and ✕ where it is the end, so that colour is not the only sign. */
export function StageMark({ color, type = 'open', size = 12 }: { color: string; type?: StageType; size?: number }) {
  const sign = { open: undefined, won: Check, lost: X }[type];
  const Sign = sign;
  return (
    <span
      {...stageColour(color)}
      aria-hidden="true"
      className={cx('inline-grid shrink-0 place-items-center text-stage-solid', !Sign && 'p-0.5')}
    >
      {Sign ? (
        <Sign size={size} strokeWidth={3} />
      ) : (
        <span className="rounded-full bg-current" style={{ width: size - 4, height: size - 4 }} />
      )}
    </span>
  );
}

/** A stage by name, in its colour. */
export function StagePill({ name, color, type = 'open' }: { name: string; color: string; type?: StageType }) {
  return (
    <span
      {...stageColour(color)}
      className="inline-flex min-w-0 max-w-full items-center gap-1 rounded-full bg-stage-soft ps-1.5 pe-2 text-micro font-semibold text-stage-text"
    >
      <StageMark color={color} type={type} />
      <span className="truncate py-0.5">{name}</span>
    </span>
  );
}
