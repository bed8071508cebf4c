import { type ChangeEvent, useId, useState } from 'react';

export interface ToggleProps {
  isSelected?: boolean | undefined;
  defaultSelected?: boolean | undefined;
  isDisabled?: boolean | undefined;
  onChange?: ((isSelected: boolean) => void) | undefined;
  name?: string | undefined;
  value?: string | undefined;
  autoFocus?: boolean | undefined;
}

/** What a checkbox and a switch have in common: whether it is on, kept here or by whoever shows it. */
export function useToggle({ isSelected, defaultSelected = false, isDisabled, onChange, ...rest }: ToggleProps) {
  const [own, setOwn] = useState(defaultSelected);
  const isOn = isSelected ?? own;
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    setOwn(event.target.checked);
    onChange?.(event.target.checked);
  };
  return { isOn, hintId: useId(), input: { ...rest, checked: isOn, disabled: isDisabled, onChange: change } };
}
