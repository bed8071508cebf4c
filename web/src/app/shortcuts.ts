import { type Command, commands, keysOf } from './commands';
import { chordOf, isTyping } from './keys';

/** After the first key of a sequence such as `g b` the next one is awaited this long. */
const SEQUENCE_MS = 1200;

/** Whoever waits longer than this has stopped waiting, and would wonder. */
const EARLY_MS = 3000;

/** Keys that meant nothing yet, as long as commands are on the way that they may be meant for. */
let early: { event: KeyboardEvent; at: number }[] | undefined = [];
let read: ((event: KeyboardEvent) => void) | undefined;

/** Every command of the shell is there: what was pressed too early for it is done now. */
export function allCommandsAreThere(): void {
  const pressed = early ?? [];
  early = undefined;
  for (const { event, at } of pressed) if (performance.now() - at < EARLY_MS) read?.(event);
}

/** Listens for the shortcuts of the registry; the answer ends that. */
export function listenForShortcuts(target: Window = window): () => void {
  let begun = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    begun = '';
    clearTimeout(timer);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || MODIFIERS.has(event.key)) return;
    const chord = chordOf(event);
    const pressed = begun ? `${begun} ${chord}` : chord;
    const offered = available(event);
    const found = offered.find((it) => keysOf(it).includes(pressed)) ?? (begun ? offered.find((it) => keysOf(it).includes(chord)) : undefined);
    forget();
    if (found) {
      event.preventDefault();
      found.run();
      return;
    }
    if (offered.some((it) => keysOf(it).some((keys) => keys.startsWith(`${pressed} `)))) {
      begun = pressed;
      timer = setTimeout(forget, SEQUENCE_MS);
    } else early?.push({ event, at: performance.now() });
  };
  read = onKey;
  target.addEventListener('keydown', onKey);
  return () => {
    read = undefined;
    target.removeEventListener('keydown', onKey);
    forget();
  };
}

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead']);

/** What has the keyboard for itself while it is open. */
const MODAL = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

function available(event: KeyboardEvent): Command[] {
  const typing = isTyping(event.target);
  const inModal = event.target instanceof Element && event.target.closest(MODAL) !== null;
  const strong = event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1;
  return commands().filter((it) => {
    if (it.handledBy === 'widget' || (inModal && !it.whileTyping)) return false;
    if (typing && !(it.whileTyping ?? (strong && it.id !== 'app.undo'))) return false;
    return it.when?.() ?? true;
  });
}
