import { Check, Minus } from 'lucide-react';
import { cx } from '../cx';

interface Props {
  label: string;
  state: 'none' | 'some' | 'all';
  onPress: (isRange: boolean) => void;
}

/** The box of a row. The grid moves the focus and answers to keys; this is drawn, and answers to the pointer. */
export function CheckBox({ label, state, onPress }: Props) {
  const isOn = state !== 'none';
  return (
    <span className="relative grid size-6 place-items-center">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={label}
        checked={state === 'all'}
        ref={(box) => {
          if (box) box.indeterminate = state === 'some';
        }}
        onChange={(event) => onPress((event.nativeEvent as PointerEvent).shiftKey)}
        className="peer absolute inset-0 m-0 size-6 cursor-default opacity-0"
      />
      <span
        className={cx(
          'pointer-events-none grid size-4 place-items-center rounded-sm border transition-colors',
          isOn ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface peer-hover:border-muted',
        )}
      >
        {state === 'some' ? <Minus size={12} strokeWidth={3} /> : isOn && <Check size={12} strokeWidth={3} />}
      </span>
    </span>
  );
}
