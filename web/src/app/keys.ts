/**
 * Keys as they are written in the registry: `mod+k` (Ctrl, or ⌘ on a Mac), `shift+f6`, `g b` (one after the other),
 * `?`, `arrowdown`. Letters are meant as they are typed, so `?` needs no `shift`.
 */
export type Keys = string;

export const IS_MAC = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

const NAMES: Record<string, string> = {
  arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→', escape: 'Esc', ' ': 'Space', space: 'Space', enter: 'Enter',
  pageup: 'Page Up', pagedown: 'Page Down', home: 'Home', end: 'End', tab: 'Tab', delete: 'Del', backspace: 'Backspace',
};

/** One key press, written as the registry writes it. */
export function chordOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const printable = event.key.length === 1 && event.key !== ' ';
  const mod = IS_MAC ? event.metaKey : event.ctrlKey;
  const other = IS_MAC ? event.ctrlKey : event.metaKey;
  return [
    mod && 'mod',
    other && (IS_MAC ? 'ctrl' : 'meta'),
    event.altKey && 'alt',
    // What is typed with Shift is its own character, so only keys without one name it.
    event.shiftKey && (!printable || /[a-z]/i.test(event.key)) && 'shift',
    key,
  ]
    .filter(Boolean)
    .join('+');
}

/** Whether a shortcut is made of characters alone, so that dictation or a stray finger could set it off (WCAG 2.1.4). */
export function isSingleCharacter(keys: Keys): boolean {
  return keys.split(' ').every((chord) => chord.length === 1);
}

/** The keys of one shortcut as they are shown: `['Ctrl', 'K']`, `['G', 'B']`. */
export function shownKeys(keys: Keys): string[] {
  return keys.split(' ').flatMap((chord) => chord.split(/\+(?!$)/).map(shownKey));
}

function shownKey(key: string): string {
  if (key === 'mod') return IS_MAC ? '⌘' : 'Ctrl';
  if (key === 'alt') return IS_MAC ? '⌥' : 'Alt';
  if (key === 'shift') return IS_MAC ? '⇧' : 'Shift';
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1));
}

/** Whether the person is typing text, so that single keys are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) return !NOT_TEXT.has(target.type);
  return target.getAttribute('role') === 'textbox' || target.getAttribute('role') === 'combobox';
}

const NOT_TEXT = new Set(['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color', 'image']);
