import { useText, type Words } from '~/i18n';
import { HueSlider } from '~/ui/hue-slider';
import { PopoverButton } from '~/ui/popover';
import { StageMark } from '~/ui/stage-pill';
import { hueOf } from '~/ui/stage-colour';
import { Swatches } from '~/ui/swatches';
import type { StageType } from './draft';
import { FIRST_COLOURS, hexOfHue } from './hue';

const NAMES: readonly Words[] = [
  { id: 'pipelines.colour.blue', defaultMessage: 'Blue' },
  { id: 'pipelines.colour.amber', defaultMessage: 'Amber' },
  { id: 'pipelines.colour.purple', defaultMessage: 'Purple' },
  { id: 'pipelines.colour.pink', defaultMessage: 'Pink' },
  { id: 'pipelines.colour.green', defaultMessage: 'Green' },
  { id: 'pipelines.colour.red', defaultMessage: 'Red' },
];

interface ColourButtonProps {
  stage: string;
  color: string;
  type: StageType;
  onChange: (color: string) => void;
}

/** The colour of a stage: one of six, or any hue. */
export function ColourButton({ stage, color, type, onChange }: ColourButtonProps) {
  const text = useText();
  const label = text({ id: 'pipelines.colour', defaultMessage: 'Colour of {stage}' }, { stage });
  return (
    <PopoverButton
      label={label}
      aria-label={label}
      tone="plain"
      className="w-9 px-0!"
      icon={<StageMark color={color} type={type} size={18} />}
      panelClassName="p-3"
      renderPanel={() => <Choice color={color} onChange={onChange} />}
    />
  );
}

function Choice({ color, onChange }: Pick<ColourButtonProps, 'color' | 'onChange'>) {
  const text = useText();
  const other = { id: 'pipelines.colour.other', defaultMessage: 'Other' };
  return (
    <div className="flex w-64 flex-col gap-3">
      <Swatches
        label={text({ id: 'pipelines.colours', defaultMessage: 'Colours' })}
        swatches={FIRST_COLOURS.map((it, i) => ({ color: it, name: text(NAMES[i] ?? other) }))}
        value={color}
        onChange={onChange}
      />
      <HueSlider
        label={text({ id: 'pipelines.hue', defaultMessage: 'Any other hue' })}
        value={hueOf(color)}
        onChange={(hue) => onChange(hexOfHue(hue))}
      />
    </div>
  );
}
