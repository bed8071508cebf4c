import { useEffect } from 'react';
import { type Words, say } from '~/i18n';
import { createStore, useLatest, useStore } from './store';
import { type Keys, isSingleCharacter } from './keys';

/** Where a command stands in the palette and in the help sheet. */
export type CommandSection = 'general' | 'go' | 'create' | 'board' | 'lead' | 'list' | 'selection' | 'view';

/** Something a person can do. The palette, the shortcuts, the hints and the help sheet are all made from these. */
export interface Command {
  /** Stable: it names the command in the person's own shortcuts, such as `board.move`. */
  id: string;
  label: Words | string;
  section: CommandSection;
  keys?: Keys | readonly Keys[];
  /** Further words it is found by. */
  find?: string;
  /** Whether it can be done now. What cannot is not offered, and its keys do nothing. */
  when?: () => boolean;
  /**
   * `widget`: the widget that has the focus handles the keys itself (arrows in a grid); they stand in the help sheet,
   * but the registry does not listen for them and the palette does not offer them.
   */
  handledBy?: 'registry' | 'widget';
  /** Works while a text is being typed, too. Keys with Ctrl, ⌘ or Alt do so anyway. */
  whileTyping?: boolean;
  run: () => void;
}

const registered = createStore<readonly Command[]>([]);

/** Adds a command; the answer takes it away again. A later one with the same id goes before the earlier. */
export function registerCommand(command: Command): () => void {
  registered.set((before) => [...before, command]);
  return () => registered.set((before) => before.filter((it) => it !== command));
}

/** Commands that exist as long as the component does. Their functions may change with every render. */
export function useCommands(offered: readonly Command[]): void {
  const latest = useLatest(offered);
  // Only what is shown decides whether they are registered anew; functions are looked up when they are called.
  const shape = offered.map((it) => [it.id, it.section, labelOf(it), String(it.keys ?? ''), it.handledBy].join('|')).join('\n');
  useEffect(() => {
    const stand = (command: Command): Command => {
      const now = () => latest.current.find((it) => it.id === command.id) ?? command;
      return { ...command, when: () => now().when?.() ?? true, run: () => now().run() };
    };
    const made = latest.current.map(stand);
    registered.set((before) => [...before, ...made]);
    return () => registered.set((before) => before.filter((it) => !made.includes(it)));
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the shape stands for the list itself
  }, [shape, latest]);
}

/** Every command once; of two with the same id the one registered last. */
export function commands(): readonly Command[] {
  return [...new Map(registered.get().map((it) => [it.id, it])).values()];
}

export function useRegisteredCommands(): readonly Command[] {
  useStore(registered);
  return commands();
}

export const labelOf = (command: Command): string =>
  typeof command.label === 'string' ? command.label : say(command.label);

export function runCommand(id: string): boolean {
  const found = commands().find((it) => it.id === id);
  if (!found || !(found.when?.() ?? true)) return false;
  found.run();
  return true;
}

/** The person's own choice of keys. */
export interface ShortcutChoice {
  /** Whether keys of one character alone do anything. */
  singleKeys: boolean;
  /** Keys by the id of the command; an empty text takes the shortcut away. */
  keys: Readonly<Record<string, string>>;
}

export const shortcutChoice = createStore<ShortcutChoice>({ singleKeys: true, keys: {} });

/** The keys of a command as this person has them. */
export function keysOf(command: Pick<Command, 'id' | 'keys'>, choice = shortcutChoice.get()): Keys[] {
  const own = choice.keys[command.id];
  const given = own === undefined ? [command.keys ?? []].flat() : own === '' ? [] : [own];
  return choice.singleKeys ? given : given.filter((it) => !isSingleCharacter(it));
}

/** The first shortcut of a command by its id, for a hint on a button. */
export function useShortcut(id: string): Keys | undefined {
  const choice = useStore(shortcutChoice);
  const found = useRegisteredCommands().find((it) => it.id === id);
  return found && keysOf(found, choice)[0];
}
