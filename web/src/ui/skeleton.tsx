import { cx } from './cx';

/** Holds the place of what is loading; appears only when it takes longer than a moment. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'block h-3 rounded-sm bg-hover',
        'animate-[ui-appear_120ms_150ms_both,ui-shimmer_1600ms_ease-in-out_infinite]',
        className,
      )}
    />
  );
}
