import { RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { type Command, commands, keysOf, labelOf, shortcutChoice, useRegisteredCommands } from '~/app/commands';
import { announce } from '~/app/announce';
import { chordOf, shownKeys } from '~/app/keys';
import { changePreferences } from '~/app/preference-changes';
import { useSession } from '~/app/session';
import { useStore } from '~/app/store';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { Kbd } from '~/ui/kbd';
import { Switch } from '~/ui/switch';

/** Every shortcut with its keys: changed, taken away, or given back. */
export function ShortcutsTab() {
  const text = useText();
  const { prefs } = useSession();
  const known = useRegisteredCommands().filter((it) => it.handledBy !== 'widget');
  return (
    <div className="flex flex-col gap-5 pt-4">
      <Switch
        isSelected={prefs.shortcuts.singleKeys}
        onChange={(singleKeys) => void changePreferences({ shortcuts: { singleKeys } })}
        hint={text({ id: 'keys.single.hint', defaultMessage: 'Turn this off where dictation or a stray touch sets them off.' })}
      >
        {text({ id: 'keys.single', defaultMessage: 'Shortcuts of single letters' })}
      </Switch>
      <ul className="divide-y divide-line rounded-xl border border-line bg-surface" aria-label={text({ id: 'keys.list', defaultMessage: 'Shortcuts' })}>
        {known.map((it) => (
          <Shortcut key={it.id} command={it} />
        ))}
      </ul>
    </div>
  );
}

function Shortcut({ command }: { command: Command }) {
  const text = useText();
  const choice = useStore(shortcutChoice);
  const [isListening, setListening] = useState(false);
  const keys = keysOf(command, choice);
  const isOwn = choice.keys[command.id] !== undefined;
  const label = labelOf(command);
  const set = (to: string | null) => {
    setListening(false);
    void changePreferences({ shortcuts: { keys: { [command.id]: to } } as never });
    const now = to ? shownKeys(to).join(' ') : text({ id: 'keys.none-set', defaultMessage: 'no shortcut' });
    announce(text({ id: 'keys.now', defaultMessage: '{command}: {keys}' }, { command: label, keys: now }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isListening || ['Control', 'Shift', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setListening(false);
    const chord = chordOf(event.nativeEvent);
    const taken = commands().find((it) => it.id !== command.id && keysOf(it).includes(chord));
    if (taken) {
      announce(text({ id: 'keys.taken', defaultMessage: 'These keys belong to “{other}”.' }, { other: labelOf(taken) }), 'assertive');
      return undefined;
    }
    return set(chord);
  };
  return (
    <li className="flex items-center gap-2 px-3 py-1.5">
      <span className="min-w-0 flex-1">{label}</span>
      <span className="flex shrink-0 flex-wrap items-center justify-end gap-x-2 gap-y-1 max-sm:max-w-20">
        {keys.length === 0 && <span className="text-faint">{text({ id: 'keys.without', defaultMessage: 'none' })}</span>}
        {keys.map((it) => (
          <Kbd key={it} keys={it} />
        ))}
      </span>
      <span role="presentation" onKeyDownCapture={onKeyDown} onBlur={() => setListening(false)}>
        <Button
          size="small"
          aria-pressed={isListening}
          aria-label={text(
            isListening
              ? { id: 'keys.press.label', defaultMessage: 'Press keys for {command}, Escape to stop' }
              : { id: 'keys.change.label', defaultMessage: 'Change keys of {command}' },
            { command: label },
          )}
          onPress={() => setListening((before) => !before)}
        >
          {isListening ? text({ id: 'keys.press', defaultMessage: 'Press keys…' }) : text({ id: 'keys.change', defaultMessage: 'Change' })}
        </Button>
      </span>
      <IconButton
        size="small"
        label={text({ id: 'keys.take', defaultMessage: 'Take the shortcut of {command} away' }, { command: label })}
        icon={<X size={14} />}
        reason={keys.length === 0 ? text({ id: 'keys.take.none', defaultMessage: 'It has none' }) : undefined}
        onPress={() => set('')}
      />
      <IconButton
        size="small"
        label={text({ id: 'keys.back', defaultMessage: 'Give {command} its usual shortcut back' }, { command: label })}
        icon={<RotateCcw size={14} />}
        reason={isOwn ? undefined : text({ id: 'keys.back.is', defaultMessage: 'It has its usual shortcut' })}
        onPress={() => set(null)}
      />
    </li>
  );
}
