import { Check } from 'lucide-react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { stageColour } from './stage-colour';

export interface Swatch {
  readonly color: string;
  readonly name: string;
}

export interface SwatchesProps {
  label: string;
  swatches: readonly Swatch[];
  /** One of the swatches, or a colour that is none of them. */
  value: string;
  onChange: (color: string) => void;
}

/** A few colours to choose from; arrows choose. */
export function Swatches({ label, swatches, value, onChange }: SwatchesProps) {
  return (
    <RadioGroup aria-label={label} value={value.toLowerCase()} onChange={onChange} orientation="horizontal" className="flex gap-1.5">
      {swatches.map(({ color, name }) => (
        <Radio
          key={color}
          value={color}
          aria-label={name}
          {...stageColour(color)}
          className="grid size-7 place-items-center rounded-full bg-stage-solid text-surface outline-offset-2 outline-focus data-focus-visible:outline-2"
        >
          {({ isSelected }) => (isSelected ? <Check size={15} strokeWidth={3} /> : null)}
        </Radio>
      ))}
    </RadioGroup>
  );
}
