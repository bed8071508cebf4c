import { useEffect, useRef, useState } from 'react';
import { useText } from '~/i18n';
import { TextField } from '~/ui/text-field';
import type { Property } from './properties';
import type { Refusal } from './use-lead-save';

interface Props {
  property: Property;
  refused: Refusal | undefined;
  onCommit: (value: string) => void;
  onCancel: () => void;
}

/** Edits a value where it stands: `Enter` or leaving it saves, `Esc` leaves it as it was. */
export function PropertyText({ property, refused, onCommit, onCancel }: Props) {
  const { label, value, edit } = property;
  const text = useText();
  const [typed, setTyped] = useState(refused ? String(refused.value ?? '') : value);
  const [error, setError] = useState(refused && !refused.theirs ? refused.words : undefined);
  const input = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = () => {
    if (isOver.current) return;
    if (property.id === 'name' && typed.trim() === '') {
      setError(text({ id: 'lead.name.needed', defaultMessage: 'A lead needs a name.' }));
      return;
    }
    isOver.current = true;
    if (typed.trim() === value && !refused) onCancel();
    else onCommit(typed.trim());
  };
  return (
    <TextField
      ref={input}
      label={label}
      labelHidden
      value={typed}
      onChange={(next) => {
        setTyped(next);
        setError(undefined);
      }}
      error={error}
      {...(edit.kind === 'text' && { inputMode: edit.inputMode, maxLength: edit.maxLength })}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') {
          event.preventDefault();
          finish();
        } else if (event.key === 'Escape') {
          // Only the edit ends; the drawer stays open.
          event.preventDefault();
          event.stopPropagation();
          isOver.current = true;
          onCancel();
        }
      }}
    />
  );
}
