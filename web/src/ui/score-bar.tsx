import { cx } from './cx';

/** A score out of a hundred: the number, and a bar beside it. */
export function ScoreBar({ value, isWide = false }: { value: number; isWide?: boolean }) {
  const share = Math.min(100, Math.max(0, value)) / 100;
  return (
    <span className={cx('inline-flex items-center gap-1.5', isWide && 'w-full')}>
      <span className="w-6 shrink-0 text-end tabular-nums">{value}</span>
      <span
        aria-hidden="true"
        className={cx('h-1.5 overflow-hidden rounded-full bg-hover ring-1 ring-line', isWide ? 'flex-1' : 'w-10')}
      >
        <span
          className={cx(
            'block h-full origin-[0%_50%] rtl:origin-[100%_50%]',
            share >= 0.7 ? 'bg-green-solid' : share >= 0.4 ? 'bg-amber-solid' : 'bg-line-strong',
          )}
          style={{ transform: `scaleX(${share})` }}
        />
      </span>
    </span>
  );
}
