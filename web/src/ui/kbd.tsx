import { shownKeys } from '~/app/keys';
import { cx } from './cx';

/** A shortcut such as `mod+k` or `g l`, drawn as keys. Decoration: whoever needs it hears it elsewhere. */
export function Kbd({ keys, tone = 'plain' }: { keys: string; tone?: 'plain' | 'inverse' }) {
  return (
    <span aria-hidden="true" className="inline-flex items-center gap-0.5">
      {shownKeys(keys).map((key, place) => (
        <kbd
          // The same key may stand in a chord twice; its place tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          key={`${place}${key}`}
          className={cx(
            'inline-grid min-w-4 place-items-center rounded-sm border px-1 font-sans text-micro font-medium',
            tone === 'plain' ? 'border-line bg-canvas text-muted' : 'border-current/40 text-current',
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
