import { cx } from './cx';

export interface HueSliderProps {
  label: string;
  /** Degrees. */
  value: number;
  onChange: (hue: number) => void;
  className?: string;
}

const RAINBOW = `linear-gradient(to right, ${Array.from({ length: 13 }, (_, i) => `oklch(.58 .14 ${i * 30})`).join(', ')})`;

/** Any colour by its hue alone: how light and how strong it is, the visual language decides. */
export function HueSlider({ label, value, onChange, className }: HueSliderProps) {
  return (
    <input
      type="range"
      min={0}
      max={359}
      aria-label={label}
      aria-valuetext={`${value}°`}
      value={value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      style={{ backgroundImage: RAINBOW }}
      className={cx(
        'h-6 w-full cursor-pointer appearance-none rounded-full border-4 border-surface bg-clip-padding',
        '[&::-webkit-slider-thumb]:size-5 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:border-2 [&::-webkit-slider-thumb]:border-surface [&::-webkit-slider-thumb]:bg-text',
        '[&::-moz-range-thumb]:size-4 [&::-moz-range-thumb]:rounded-full [&::-moz-range-thumb]:border-2 [&::-moz-range-thumb]:border-surface [&::-moz-range-thumb]:bg-text',
        className,
      )}
    />
  );
}
