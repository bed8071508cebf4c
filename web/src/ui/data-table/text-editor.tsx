import { useEffect, useRef, useState } from 'react';
import type { After, EditorProps } from './types';

interface Props extends Pick<EditorProps<unknown>, 'label' | 'typed' | 'commit' | 'cancel' | 'refused'> {
  value: string;
  inputMode?: 'text' | 'email' | 'tel' | 'decimal' | 'url';
  maxLength?: number;
  /** Answers what is wrong with the text before it is sent. */
  check?: (text: string) => string | undefined;
}

/** Edits a cell as text: `Enter` saves and goes down, `Tab` saves and goes on, `Esc` leaves it as it was. */
export function TextEditor({
  label,
  value,
  typed,
  refused,
  commit,
  cancel,
  inputMode = 'text',
  maxLength,
  check,
}: Props) {
  const [text, setText] = useState(typed ?? (refused ? String(refused.value ?? '') : value));
  const [error, setError] = useState<string | undefined>(refused?.error);
  const input = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);

  useEffect(() => {
    input.current?.focus();
    // What was typed is gone on with; what was there is replaced as a whole, or gone on with by an arrow.
    if (typed === undefined) input.current?.select();
  }, [typed]);

  const save = (after: After) => {
    if (isOver.current) return;
    const wrong = check?.(text.trim());
    if (wrong !== undefined) return setError(wrong);
    isOver.current = true;
    if (text.trim() === value && !refused) cancel();
    else commit(text.trim(), after);
    return undefined;
  };

  return (
    <>
      <input
        ref={input}
        aria-label={label}
        aria-invalid={error !== undefined}
        value={text}
        inputMode={inputMode}
        {...(maxLength !== undefined && { maxLength })}
        dir="auto"
        onChange={(event) => {
          setText(event.target.value);
          setError(undefined);
        }}
        onBlur={() => save('stay')}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') {
            isOver.current = true;
            event.preventDefault();
            cancel();
          } else if (event.key === 'Enter') {
            event.preventDefault();
            save('down');
          } else if (event.key === 'Tab') {
            event.preventDefault();
            save(event.shiftKey ? 'previous' : 'next');
          }
        }}
        className="absolute inset-0 w-full bg-surface px-2 text-input outline-2 -outline-offset-2 outline-focus aria-invalid:outline-danger"
      />
      {error !== undefined && (
        <span
          role="alert"
          className="absolute start-0 top-full z-20 w-max max-w-72 rounded-b-md bg-danger-soft px-2 py-1 text-small whitespace-normal text-red-text shadow-popover"
        >
          {error}
        </span>
      )}
    </>
  );
}
