import { useText } from '~/i18n';
import { DateField } from '~/ui/date-field';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { type FilterValue, type Length, UNITS, type Unit } from './model';
import { PERIODS, lengthWords } from './words';

interface Props {
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
}

const isLength = (value: unknown): value is Length =>
  typeof value === 'object' && value !== null && UNITS.some((unit) => unit in value);

function partsOf(length: Length | undefined): { count: number; unit: Unit } {
  const [unit, count] = Object.entries(length ?? { days: 7 })[0] as [Unit, number];
  return { unit, count };
}

/** So many days, weeks … */
export function LengthEditor({ value, onChange }: Props) {
  const text = useText();
  const { count, unit } = partsOf(isLength(value) ? value : undefined);
  const change = (next: number, of: Unit) => onChange({ [of]: Math.min(Math.max(0, next), 9999) } as Length);
  return (
    <div className="flex items-end gap-2">
      <TextField
        label={text({ id: 'filter.count', defaultMessage: 'How many' })}
        labelHidden
        inputMode="numeric"
        value={value === undefined ? '' : String(count)}
        placeholder="7"
        onChange={(typed) =>
          /^\d{1,4}$/.test(typed) ? change(Number(typed), unit) : typed === '' && onChange(undefined)
        }
        className="w-20"
      />
      <Select
        label={text({ id: 'filter.unit', defaultMessage: 'Unit' })}
        labelHidden
        options={UNITS.map((id) => ({ id, label: lengthWords({ [id]: count }).replace(/^[\d\s.,]+/, '') }))}
        value={unit}
        onChange={(next) => change(count, next)}
        className="min-w-28 flex-1"
      />
    </div>
  );
}

/** A period: one that has a name, or the last or next so many days. */
export function PeriodEditor({ value, onChange }: Props) {
  const text = useText();
  const counted =
    typeof value === 'object' && !Array.isArray(value)
      ? 'last' in value
        ? 'last'
        : 'next' in value
          ? 'next'
          : undefined
      : undefined;
  const length = counted && (value as unknown as Record<string, Length>)[counted];
  const options = [
    { id: 'last', label: text({ id: 'filter.last.of', defaultMessage: 'the last …' }) },
    { id: 'next', label: text({ id: 'filter.next.of', defaultMessage: 'the next …' }) },
    ...Object.entries(PERIODS).map(([id, words]) => ({ id, label: text(words) })),
  ];
  return (
    <div className="flex flex-col gap-2">
      <Select
        label={text({ id: 'filter.period', defaultMessage: 'Period' })}
        labelHidden
        options={options}
        value={counted ?? (typeof value === 'string' ? value : null)}
        onChange={(id) =>
          onChange(id === 'last' || id === 'next' ? ({ [id]: length ?? { days: 7 } } as FilterValue) : id)
        }
      />
      {counted && (
        <LengthEditor
          value={length}
          onChange={(next) => onChange({ [counted]: next ?? { days: 7 } } as unknown as FilterValue)}
        />
      )}
    </div>
  );
}

type Manner = 'day' | 'ago' | 'ahead' | 'today' | 'yesterday' | 'tomorrow';

function mannerOf(value: FilterValue | undefined): Manner {
  if (typeof value === 'object' && 'ago' in value) return 'ago';
  if (typeof value === 'object' && 'ahead' in value) return 'ahead';
  if (value === 'today' || value === 'yesterday' || value === 'tomorrow') return value;
  return 'day';
}

/** A day, or a time counted from now. */
export function WhenEditor({
  label,
  value,
  onChange,
  allowsRelative,
}: Props & { label: string; allowsRelative: boolean }) {
  const text = useText();
  const manner = mannerOf(value);
  const named = (['today', 'yesterday', 'tomorrow'] as const).map((id) => ({ id, label: text(PERIODS[id] as never) }));
  const counted = [
    { id: 'ago' as const, label: text({ id: 'filter.manner.ago', defaultMessage: 'so long ago' }) },
    { id: 'ahead' as const, label: text({ id: 'filter.manner.ahead', defaultMessage: 'so far ahead' }) },
  ];
  const options: { id: Manner; label: string }[] = [
    { id: 'day', label: text({ id: 'filter.manner.day', defaultMessage: 'a day' }) },
    ...named,
    ...(allowsRelative ? counted : []),
  ];
  const choose = (next: Manner) => {
    if (next === 'day') onChange(undefined);
    else if (next === 'ago' || next === 'ahead') onChange({ [next]: { days: 7 } } as unknown as FilterValue);
    else onChange(next);
  };
  const length =
    typeof value === 'object'
      ? ((value as { ago?: Length; ahead?: Length }).ago ?? (value as { ahead?: Length }).ahead)
      : undefined;
  return (
    <div className="flex flex-col gap-2">
      <Select label={label} labelHidden options={options} value={manner} onChange={choose} />
      {manner === 'day' && (
        <DateField
          label={label}
          labelHidden
          value={typeof value === 'string' ? value : ''}
          onChange={(day) => onChange(day === '' ? undefined : day)}
        />
      )}
      {(manner === 'ago' || manner === 'ahead') && (
        <LengthEditor
          value={length}
          onChange={(next) => onChange({ [manner]: next ?? { days: 7 } } as unknown as FilterValue)}
        />
      )}
    </div>
  );
}
