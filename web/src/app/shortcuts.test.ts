import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Command, commands, keysOf, registerCommand, runCommand, shortcutChoice } from './commands';
import { chordOf, isSingleCharacter, shownKeys } from './keys';
import { allCommandsAreThere, listenForShortcuts } from './shortcuts';

const ran: string[] = [];
const undo: (() => void)[] = [];

function offer(id: string, keys: string | string[], more: Partial<Command> = {}): void {
  undo.push(registerCommand({ id, label: id, section: 'general', keys, run: () => ran.push(id), ...more }));
}

function press(key: string, held: Partial<KeyboardEventInit> = {}, on: EventTarget = document.body): void {
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
}

beforeEach(() => {
  ran.length = 0;
  undo.push(listenForShortcuts());
});

afterEach(() => {
  for (const each of undo.splice(0)) each();
  shortcutChoice.set({ singleKeys: true, keys: {} });
  document.body.replaceChildren();
  vi.useRealTimers();
});

// The first of all, for it is only once that commands are on the way.
test('a key that was pressed before its command came is not lost, and is pressed once', () => {
  press('?');
  offer('help', '?');
  expect(ran).toEqual([]);
  allCommandsAreThere();
  expect(ran).toEqual(['help']);
  press('x');
  offer('later', 'x');
  allCommandsAreThere();
  expect(ran).toEqual(['help']);
});

test('a shortcut runs its command', () => {
  offer('palette', ['mod+k', '/']);
  press('k', { ctrlKey: true });
  press('/');
  press('k');
  expect(ran).toEqual(['palette', 'palette']);
});

test('a sequence is two keys one after the other, and not too late', () => {
  vi.useFakeTimers();
  offer('board', 'g b');
  offer('bold', 'b');
  press('g');
  press('b');
  press('b');
  press('g');
  vi.advanceTimersByTime(2000);
  press('b');
  expect(ran).toEqual(['board', 'bold', 'bold']);
});

test('letters are letters while somebody types; keys with Ctrl work', () => {
  offer('new', 'c');
  offer('palette', 'mod+k');
  offer('app.undo', 'mod+z');
  const field = document.body.appendChild(document.createElement('input'));
  press('c', {}, field);
  press('z', { ctrlKey: true }, field);
  press('k', { ctrlKey: true }, field);
  expect(ran).toEqual(['palette']);
});

test('an open dialog has the keyboard for itself', () => {
  offer('new', 'c');
  offer('next', 'f6', { whileTyping: true });
  const dialog = document.body.appendChild(document.createElement('div'));
  dialog.setAttribute('role', 'dialog');
  press('c', {}, dialog);
  press('F6', {}, dialog);
  expect(ran).toEqual(['next']);
});

test('what cannot be done now, or is handled elsewhere, does nothing', () => {
  offer('hidden', 'a', { when: () => false });
  offer('widget', 'b', { handledBy: 'widget' });
  press('a');
  press('b');
  expect(ran).toEqual([]);
  expect(runCommand('hidden')).toBe(false);
});

test('a person turns single keys off, changes keys and takes them away', () => {
  offer('help', '?');
  offer('palette', ['mod+k', '/']);
  const [help, palette] = commands();
  if (!help || !palette) throw new Error('both are registered');
  expect(keysOf(palette, { singleKeys: false, keys: {} })).toEqual(['mod+k']);
  expect(keysOf(help, { singleKeys: true, keys: { help: 'f1' } })).toEqual(['f1']);
  expect(keysOf(help, { singleKeys: true, keys: { help: '' } })).toEqual([]);
  shortcutChoice.set({ singleKeys: true, keys: { help: 'f1' } });
  press('?');
  press('F1');
  expect(ran).toEqual(['help']);
});

test('of two commands with one id the later counts, until it goes', () => {
  offer('save', 's');
  const gone = registerCommand({ id: 'save', label: 'mine', section: 'general', keys: 's', run: () => ran.push('mine') });
  press('s');
  gone();
  press('s');
  expect(ran).toEqual(['mine', 'save']);
});

test.each([
  [{ key: 'K', ctrlKey: true, shiftKey: true }, 'mod+shift+k'],
  [{ key: '?', shiftKey: true }, '?'],
  [{ key: ' ' }, 'space'],
  [{ key: 'ArrowDown', shiftKey: true }, 'shift+arrowdown'],
])('%o is written %s', (given, expected) => {
  const event = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...given };
  expect(chordOf(event)).toBe(expected);
});

test('keys are shown as they stand on the keyboard', () => {
  expect(shownKeys('mod+k')).toEqual(['Ctrl', 'K']);
  expect(shownKeys('g b')).toEqual(['G', 'B']);
  expect(shownKeys('shift+arrowup')).toEqual(['⇧', '↑'].map((it) => (it === '⇧' ? 'Shift' : it)));
  expect(isSingleCharacter('g b')).toBe(true);
  expect(isSingleCharacter('f6')).toBe(false);
});
