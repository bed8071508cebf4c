import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as Base, SelectValue } from 'react-aria-components/Select';
import { cx } from './cx';
import { FieldLabel, FieldNotes } from './field';
import { FIELD, type FieldProps } from './field-look';

export interface Option<Id extends string = string> {
  id: Id;
  label: string;
  /** Drawn instead of the label, which stays its name. */
  shown?: ReactNode;
  icon?: ReactNode;
  hint?: string;
  isDisabled?: boolean;
}

export interface SelectProps<Id extends string> extends FieldProps {
  options: readonly Option<Id>[];
  value: Id | null;
  onChange: (value: Id) => void;
  placeholder?: string;
  name?: string;
  isDisabled?: boolean;
  isRequired?: boolean;
  autoFocus?: boolean;
}

/** One of a few. Not for the first paint: it brings an overlay with it. */
export function Select<Id extends string>(props: SelectProps<Id>) {
  const { label, labelHidden, hint, error, mark, className, options, value, onChange, placeholder, ...rest } = props;
  return (
    <Base
      {...rest}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(key as Id)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      {...(placeholder !== undefined && { placeholder })}
      className={cx(FIELD, className)}
    >
      <FieldLabel label={label} {...(labelHidden && { labelHidden })} {...(mark !== undefined && { mark })} />
      <Button className="field-box flex w-full items-center gap-2 px-2 text-start">
        <SelectValue className="min-w-0 flex-1 truncate data-placeholder:text-faint">
          {({ isPlaceholder, defaultChildren }) => {
            const chosen = options.find((option) => option.id === value);
            return isPlaceholder || !chosen ? defaultChildren : <Shown option={chosen} />;
          }}
        </SelectValue>
        <ChevronDown size={15} className="shrink-0 text-muted" />
      </Button>
      <FieldNotes hint={hint} error={error} />
      <Popover className="float-panel min-w-(--trigger-width) max-w-96 overflow-auto p-1">
        <ListBox items={options} className="outline-none">
          {(option) => (
            <ListBoxItem
              id={option.id}
              textValue={option.label}
              isDisabled={option.isDisabled ?? false}
              className="float-item"
            >
              {({ isSelected }) => (
                <>
                  <span className="flex min-w-0 flex-1 flex-col">
                    <Shown option={option} />
                    {option.hint !== undefined && <span className="text-small text-muted">{option.hint}</span>}
                  </span>
                  <Check size={15} className={cx('shrink-0 text-accent-ink', !isSelected && 'invisible')} />
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Base>
  );
}

function Shown({ option }: { option: Option }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {option.icon}
      <span className="truncate">{option.shown ?? option.label}</span>
    </span>
  );
}
