import { X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { cx } from './cx';

export interface TokensFieldProps {
  label: string;
  labelHidden?: boolean;
  value: readonly string[];
  onChange: (value: string[]) => void;
  /** What exists already, offered while one types. */
  suggestions?: readonly string[];
  placeholder?: string;
  maxLength?: number;
  error?: string | undefined;
  hint?: string;
  autoFocus?: boolean;
  className?: string;
}

/**
 * Several words: `Enter` or a comma ends one, `Backspace` in the empty field takes the last one off.
 * Pasting a list with commas or line breaks adds all of it.
 */
export function TokensField(props: TokensFieldProps) {
  const {
    label,
    labelHidden,
    value,
    onChange,
    suggestions = [],
    placeholder,
    maxLength = 60,
    error,
    hint,
    autoFocus,
    className,
  } = props;
  const text = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const needle = typed.trim().toLocaleLowerCase();
  const offered = isOpen
    ? suggestions.filter((it) => !value.includes(it) && it.toLocaleLowerCase().includes(needle)).slice(0, 8)
    : [];

  const add = (words: readonly string[]) => {
    const made = words.map((it) => it.trim().slice(0, maxLength)).filter((it) => it !== '' && !value.includes(it));
    setTyped('');
    setActive(-1);
    if (made.length === 0) return;
    onChange([...value, ...new Set(made)]);
    announce(text({ id: 'ui.tokens.added', defaultMessage: 'Added {words}' }, { words: made.join(', ') }));
  };
  const remove = (word: string) => {
    onChange(value.filter((it) => it !== word));
    announce(text({ id: 'ui.tokens.removed', defaultMessage: 'Removed {word}' }, { word }));
    input.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = offered[active];
    if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey && (typed.trim() || chosen)) || event.key === ',') {
      event.preventDefault();
      event.stopPropagation();
      add([chosen ?? typed]);
    } else if (event.key === 'Backspace' && typed === '' && value.length > 0) remove(value.at(-1) as string);
    else if (event.key === 'ArrowDown' && offered.length > 0) {
      event.preventDefault();
      setActive((active + 1) % offered.length);
    } else if (event.key === 'ArrowUp' && offered.length > 0) {
      event.preventDefault();
      setActive((active - 1 + offered.length) % offered.length);
    } else if (event.key === 'Escape' && isOpen && offered.length > 0) {
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={cx('text-small font-medium', labelHidden && 'sr-only')}>
        {label}
      </label>
      <div
        {...(error !== undefined && { 'data-invalid': true })}
        className="field-box relative flex flex-wrap items-center gap-1 px-1.5 py-1"
      >
        {value.map((word) => (
          <span
            key={word}
            className="inline-flex max-w-full min-w-0 items-center gap-0.5 rounded-full bg-hover ps-2 text-small"
          >
            <span className="truncate" dir="auto">
              {word}
            </span>
            <button
              type="button"
              aria-label={text({ id: 'ui.tokens.remove', defaultMessage: 'Remove {word}' }, { word })}
              onClick={() => remove(word)}
              className="grid size-6 shrink-0 place-items-center rounded-full text-muted hover:text-text focus-visible:outline-2! focus-visible:outline-focus!"
            >
              <X size={12} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by dialogs and editors that open on purpose
          autoFocus={autoFocus}
          role="combobox"
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={offered[active] ? `${id}-${active}` : undefined}
          aria-invalid={error !== undefined}
          aria-describedby={error !== undefined || hint !== undefined ? `${id}-note` : undefined}
          value={typed}
          placeholder={value.length === 0 ? placeholder : undefined}
          dir="auto"
          autoComplete="off"
          onFocus={() => setOpen(true)}
          onChange={(event) => {
            setOpen(true);
            setActive(-1);
            setTyped(event.target.value);
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (!/[,\n;]/.test(pasted)) return;
            event.preventDefault();
            add(pasted.split(/[,\n;]/));
          }}
          onBlur={() => {
            setOpen(false);
            if (typed.trim()) add([typed]);
          }}
          onKeyDown={onKeyDown}
          className="min-h-6 min-w-20 flex-1 bg-transparent px-1 outline-none"
        />
        <div
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-label={label}
          hidden={offered.length === 0}
          className="float-panel absolute start-0 top-full z-30 mt-1 max-h-60 w-full overflow-auto p-1"
        >
          {offered.map((word, index) => (
            <div
              key={word}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              {...(index === active && { 'data-focused': true })}
              onPointerDown={(event) => {
                event.preventDefault();
                add([word]);
              }}
              className="float-item hover:bg-hover"
            >
              <span className="truncate" dir="auto">
                {word}
              </span>
            </div>
          ))}
        </div>
      </div>
      {(error ?? hint) !== undefined && (
        <p id={`${id}-note`} className={cx('text-small', error === undefined ? 'text-muted' : 'text-danger')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
