/** What a key press on a card asks for. */
export type Intent =
  | { readonly kind: 'row'; readonly by: number }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'edge'; readonly edge: 'top' | 'bottom' }
  | { readonly kind: 'column'; readonly by: 1 | -1 }
  | { readonly kind: 'send'; readonly by: 1 | -1 }
  | { readonly kind: 'extend'; readonly by: 1 | -1 }
  | { readonly kind: 'toggle' | 'all' | 'lift' | 'drop' | 'cancel' | 'open' | 'stage' | 'menu' | 'undo' }
  | { readonly kind: 'act'; readonly act: CardAct };

/** What can be done to a card by a letter of its own. */
export type CardAct = 'assign' | 'tag' | 'edit';

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface KeyContext {
  readonly lifted: boolean;
  /** The columns run from right to left. */
  readonly mirrored: boolean;
}

const PLAIN: Readonly<Record<string, Intent>> = {
  ArrowUp: { kind: 'row', by: -1 },
  ArrowDown: { kind: 'row', by: 1 },
  k: { kind: 'row', by: -1 },
  j: { kind: 'row', by: 1 },
  PageUp: { kind: 'page', by: -1 },
  PageDown: { kind: 'page', by: 1 },
  Home: { kind: 'edge', edge: 'top' },
  End: { kind: 'edge', edge: 'bottom' },
  ArrowLeft: { kind: 'column', by: -1 },
  ArrowRight: { kind: 'column', by: 1 },
  h: { kind: 'column', by: -1 },
  l: { kind: 'column', by: 1 },
  Escape: { kind: 'cancel' },
};

const RESTING: Readonly<Record<string, Intent>> = {
  Enter: { kind: 'open' },
  ' ': { kind: 'lift' },
  x: { kind: 'toggle' },
  s: { kind: 'stage' },
  u: { kind: 'undo' },
  '.': { kind: 'menu' },
  ContextMenu: { kind: 'menu' },
  a: { kind: 'act', act: 'assign' },
  t: { kind: 'act', act: 'tag' },
  e: { kind: 'act', act: 'edit' },
};

const SHIFTED: Readonly<Record<string, Intent>> = {
  ArrowUp: { kind: 'extend', by: -1 },
  ArrowDown: { kind: 'extend', by: 1 },
  ArrowLeft: { kind: 'send', by: -1 },
  ArrowRight: { kind: 'send', by: 1 },
  F10: { kind: 'menu' },
};

/** Reads a key press; undefined is a key that the board leaves alone. */
export function readKey(press: KeyPress, { lifted, mirrored }: KeyContext): Intent | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = press;
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return !shiftKey && !lifted && key.toLowerCase() === 'a' ? { kind: 'all' } : undefined;
  if (lifted && (key === ' ' || key === 'Enter')) return { kind: 'drop' };
  const intent = shiftKey ? (lifted ? undefined : SHIFTED[key]) : (PLAIN[key] ?? (lifted ? undefined : RESTING[key]));
  return mirrored && intent && key.startsWith('Arrow') ? mirror(intent) : intent;
}

function mirror(intent: Intent): Intent {
  if (intent.kind !== 'column' && intent.kind !== 'send') return intent;
  return { ...intent, by: intent.by === 1 ? -1 : 1 };
}
