import { Check } from 'lucide-react';
import { useMemo, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { useText } from '~/i18n';
import { cx } from './cx';
import { SearchField } from './search-field';

export interface CheckListProps {
  label: string;
  options: readonly { id: string; label: string }[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}

const SEARCH_FROM = 9;

/** Several of a list, found by typing where it is long. */
export function CheckList({ label, options, value, onChange }: CheckListProps) {
  const text = useText();
  const [needle, setNeedle] = useState('');
  const shown = useMemo(() => {
    const low = needle.trim().toLocaleLowerCase();
    return low === '' ? options : options.filter((it) => it.label.toLocaleLowerCase().includes(low));
  }, [options, needle]);
  const chosen = useMemo(() => new Set(value), [value]);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {options.length >= SEARCH_FROM && (
        <SearchField label={text({ id: 'ui.list.find', defaultMessage: 'Find' })} value={needle} onChange={setNeedle} />
      )}
      <ListBox
        aria-label={label}
        items={shown}
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={chosen}
        onSelectionChange={(keys) => {
          // What the search hides stays chosen.
          const seen = new Set(shown.map((it) => it.id));
          const kept = value.filter((id) => !seen.has(id));
          onChange([
            ...kept,
            ...(keys === 'all' ? shown.map((it) => it.id) : [...keys].map(String).filter((id) => seen.has(id))),
          ]);
        }}
        renderEmptyState={() => (
          <p className="p-2 text-small text-muted">
            {text({ id: 'ui.combobox.none', defaultMessage: 'Nothing matches' })}
          </p>
        )}
        className="max-h-56 overflow-auto rounded-md border border-line p-1 outline-offset-0"
      >
        {(option) => (
          <ListBoxItem id={option.id} textValue={option.label} className="float-item data-hovered:bg-hover">
            {({ isSelected }) => (
              <>
                <span
                  className={cx(
                    'grid size-4 shrink-0 place-items-center rounded-sm border',
                    isSelected ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface',
                  )}
                >
                  {isSelected && <Check size={12} strokeWidth={3} />}
                </span>
                <span className="min-w-0 flex-1 truncate" dir="auto">
                  {option.label}
                </span>
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
}
