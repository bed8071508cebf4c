import { cx } from './cx';

const MAC = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

const NAMES: Record<string, string> = {
  mod: MAC ? '⌘' : 'Ctrl',
  shift: MAC ? '⇧' : 'Shift',
  alt: MAC ? '⌥' : 'Alt',
  ctrl: MAC ? '⌃' : 'Ctrl',
  enter: '↵',
  escape: 'Esc',
  esc: 'Esc',
  space: 'Space',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
};

function shown(key: string): string {
  return NAMES[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** A shortcut such as `mod+k` or `g l`, drawn as keys. Decoration: whoever needs it hears it elsewhere. */
export function Kbd({ keys, tone = 'plain' }: { keys: string; tone?: 'plain' | 'inverse' }) {
  return (
    <span aria-hidden="true" className="inline-flex items-center gap-0.5">
      {keys.split(/[ +]/).map((key, place) => (
        <kbd
          // The same key may stand in a chord twice; its place tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          key={`${place}${key}`}
          className={cx(
            'inline-grid min-w-4 place-items-center rounded-sm border px-1 font-sans text-micro font-medium',
            tone === 'plain' ? 'border-line bg-canvas text-muted' : 'border-current/40 text-current',
          )}
        >
          {shown(key)}
        </kbd>
      ))}
    </span>
  );
}
