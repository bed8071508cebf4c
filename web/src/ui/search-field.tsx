import { Search, X } from 'lucide-react';
import { type ComponentPropsWithRef, type KeyboardEvent, useRef } from 'react';
import { useText } from '~/i18n';
import { cx } from './cx';

export interface SearchFieldProps extends Pick<ComponentPropsWithRef<'input'>, 'placeholder' | 'autoFocus' | 'maxLength'> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: (value: string) => void;
  className?: string;
}

/** Where people look for something; `Esc` empties it. */
export function SearchField({ label, value, onChange, onSubmit, placeholder, className, ...rest }: SearchFieldProps) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onChange('');
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const empties = event.key === 'Escape' && value !== '';
    const submits = event.key === 'Enter' && onSubmit !== undefined;
    if (!empties && !submits) return;
    // Neither what it stands in closes, nor is the form around it sent.
    event.preventDefault();
    event.stopPropagation();
    if (empties) onChange('');
    else onSubmit?.(value);
  };
  return (
    <div className={cx('min-w-0', className)}>
      <div className="field-box flex items-center">
        <Search size={15} className="ms-2 shrink-0 text-muted" />
        <input
          {...rest}
          ref={input}
          type="search"
          aria-label={label}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder={placeholder ?? label}
          dir="auto"
          className="min-h-[calc(var(--control)-2px)] w-full min-w-0 flex-1 bg-transparent px-2 text-start outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        <button
          type="button"
          // `Esc` does the same, so it is no stop on the way.
          tabIndex={-1}
          aria-label={text({ id: 'ui.search.clear', defaultMessage: 'Clear the search' })}
          onClick={clear}
          className={cx(
            'me-1 grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text',
            value === '' && 'invisible',
          )}
        >
          <X size={14} />
        </button>
      </div>
    </div>
  );
}
