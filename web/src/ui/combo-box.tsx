import { Check, ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { ComboBox as Base } from 'react-aria-components/ComboBox';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { useText } from '~/i18n';
import { cx } from './cx';
import { FieldLabel, FieldNotes } from './field';
import { FIELD, type FieldProps } from './field-look';
import type { Option } from './select';

export interface ComboBoxProps<Id extends string> extends FieldProps {
  options: readonly Option<Id>[];
  value: Id | null;
  onChange: (value: Id | null) => void;
  /** Takes words that are no option; without it only options are taken. */
  onCustom?: (text: string) => void;
  inputValue?: string;
  onInputChange?: (text: string) => void;
  placeholder?: string;
  name?: string;
  isDisabled?: boolean;
  isRequired?: boolean;
  autoFocus?: boolean;
}

/** One of many, found by typing. Not for the first paint: it brings an overlay with it. */
export function ComboBox<Id extends string>(props: ComboBoxProps<Id>) {
  const { label, labelHidden, hint, error, mark, className, options, value, onChange, onCustom, placeholder, ...rest } =
    props;
  const text = useText();
  return (
    <Base
      {...rest}
      defaultItems={options}
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as Id | null)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      menuTrigger="focus"
      allowsEmptyCollection
      {...(onCustom && {
        allowsCustomValue: true,
        onBlur: (event) => onCustom((event.target as HTMLInputElement).value),
      })}
      className={cx(FIELD, className)}
    >
      <FieldLabel label={label} {...(labelHidden && { labelHidden })} {...(mark !== undefined && { mark })} />
      <Group className="field-box flex items-center">
        <Input
          {...(placeholder !== undefined && { placeholder })}
          dir="auto"
          className="min-h-[calc(var(--control)-2px)] w-full min-w-0 flex-1 bg-transparent px-2 text-start outline-none"
        />
        <Button className="me-1 grid size-6 shrink-0 place-items-center rounded-sm text-muted">
          <ChevronDown size={15} />
        </Button>
      </Group>
      <FieldNotes hint={hint} error={error} />
      <Popover className="float-panel w-(--trigger-width) overflow-auto p-1">
        <ListBox
          className="outline-none"
          renderEmptyState={() => (
            <p className="p-2 text-small text-muted">
              {text({ id: 'ui.combobox.none', defaultMessage: 'Nothing matches' })}
            </p>
          )}
        >
          {(option: Option<Id>) => (
            <ListBoxItem id={option.id} textValue={option.label} className="float-item">
              {({ isSelected }) => (
                <>
                  {option.icon}
                  <span className="min-w-0 flex-1 truncate">{option.shown ?? option.label}</span>
                  {option.hint !== undefined && <span className="text-small text-muted">{option.hint}</span>}
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
