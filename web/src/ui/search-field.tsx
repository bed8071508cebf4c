import { Search, X } from 'lucide-react';
import type { Ref } from 'react';
import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { SearchField as Base } from 'react-aria-components/SearchField';
import { useText } from '~/i18n';
import { cx } from './cx';

export interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: (value: string) => void;
  placeholder?: string;
  autoFocus?: boolean;
  maxLength?: number;
  className?: string;
  ref?: Ref<HTMLInputElement>;
}

/** Where people look for something; `Esc` empties it. */
export function SearchField({ label, placeholder, className, ref, ...rest }: SearchFieldProps) {
  const text = useText();
  return (
    <Base {...rest} aria-label={label} className={cx('group min-w-0', className)}>
      <Group className="field-box flex items-center">
        <Search size={15} className="ms-2 shrink-0 text-muted" />
        <Input
          {...(ref === undefined ? {} : { ref })}
          placeholder={placeholder ?? label}
          dir="auto"
          className="min-h-[calc(var(--control)-2px)] w-full min-w-0 flex-1 bg-transparent px-2 text-start outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        <Button
          aria-label={text({ id: 'ui.search.clear', defaultMessage: 'Clear the search' })}
          className="me-1 grid size-6 shrink-0 place-items-center rounded-sm text-muted group-data-empty:invisible data-hovered:bg-hover data-hovered:text-text"
        >
          <X size={14} />
        </Button>
      </Group>
    </Base>
  );
}
