import { ChevronDown, ChevronUp, Columns3 } from 'lucide-react';
import { useState } from 'react';
import type { Lead } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { FIRST_COLUMNS } from '~/kit/lead-columns';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import type { Column, ColumnPlace } from '~/ui/data-table/data-table';
import { movedBy } from '~/ui/data-table/layout';
import { IconButton } from '~/ui/icon-button';
import { PopoverButton } from '~/ui/popover';
import { SearchField } from '~/ui/search-field';

interface Props {
  columns: readonly Column<Lead>[];
  places: readonly ColumnPlace[];
  onChange: (places: ColumnPlace[]) => void;
}

/** Which columns are shown, and in which order. */
export function ColumnPicker(props: Props) {
  const text = useText();
  const label = text({ id: 'columns.title', defaultMessage: 'Columns' });
  return (
    <PopoverButton
      label={label}
      aria-label={label}
      tone="quiet"
      icon={<Columns3 size={16} />}
      placement="bottom end"
      renderPanel={() => <Picker {...props} />}
    >
      <span className="max-lg:sr-only">{label}</span>
    </PopoverButton>
  );
}

function Picker({ columns, places, onChange }: Props) {
  const text = useText();
  const [needle, setNeedle] = useState('');
  const low = needle.trim().toLocaleLowerCase();
  const byId = new Map(columns.map((it) => [it.id, it]));
  const shown = places.filter((it) => byId.has(it.id));
  const hidden = columns.filter((it) => !places.some((place) => place.id === it.id));
  const matches = (label: string) => label.toLocaleLowerCase().includes(low);
  return (
    <div className="flex max-h-[min(32rem,80dvh)] w-72 flex-col gap-2 p-3">
      <SearchField
        label={text({ id: 'columns.find', defaultMessage: 'Find a column' })}
        value={needle}
        onChange={setNeedle}
        autoFocus
      />
      <div className="-mx-1 min-h-0 flex-1 overflow-auto px-1">
        <ul className="flex flex-col">
          {shown.map((place, index) => {
            const column = byId.get(place.id);
            if (!column || !matches(column.label)) return null;
            return (
              <li key={place.id} className="flex min-h-8 items-center gap-1 rounded-md hover:bg-hover">
                <Checkbox
                  isSelected
                  isDisabled={column.isPinned ?? false}
                  onChange={() => onChange(places.filter((it) => it.id !== place.id))}
                  className="min-w-0 flex-1"
                >
                  {column.label}
                </Checkbox>
                {!column.isPinned && (
                  <>
                    <IconButton
                      label={text(
                        { id: 'columns.up', defaultMessage: 'Move {name} to the left' },
                        { name: column.label },
                      )}
                      icon={<ChevronUp size={14} />}
                      size="small"
                      isDisabled={index <= 1}
                      onPress={() => onChange(movedBy(places, place.id, -1))}
                    />
                    <IconButton
                      label={text(
                        { id: 'columns.down', defaultMessage: 'Move {name} to the right' },
                        { name: column.label },
                      )}
                      icon={<ChevronDown size={14} />}
                      size="small"
                      isDisabled={index === shown.length - 1}
                      onPress={() => onChange(movedBy(places, place.id, 1))}
                    />
                  </>
                )}
              </li>
            );
          })}
        </ul>
        {hidden.some((it) => matches(it.label)) && (
          <p className="px-1 pt-2 pb-1 text-micro font-medium text-muted">
            {text({ id: 'columns.hidden', defaultMessage: 'Not shown' })}
          </p>
        )}
        <ul className="flex flex-col">
          {hidden
            .filter((it) => matches(it.label))
            .map((column) => (
              <li key={column.id} className="flex min-h-8 items-center rounded-md hover:bg-hover">
                <Checkbox
                  isSelected={false}
                  onChange={() => onChange([...places, { id: column.id }])}
                  className="min-w-0 flex-1"
                >
                  {column.label}
                </Checkbox>
              </li>
            ))}
        </ul>
      </div>
      <Button
        tone="quiet"
        size="small"
        className="self-start"
        onPress={() => onChange(FIRST_COLUMNS.map((id) => ({ id })))}
      >
        {text({ id: 'columns.reset', defaultMessage: 'Back to the first columns' })}
      </Button>
    </div>
  );
}
