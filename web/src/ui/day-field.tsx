import { Suspense } from 'react';
import type { DateFieldProps } from './date-field';
import { lazyOverlay } from './lazy';
import { PlainField } from './plain-field';

const field = lazyOverlay<DateFieldProps>(() => import('./date-field').then((it) => ({ default: it.DateField })));

/** A day, where the first paint shows the field: until it is there its label and its edge stand in its place. */
export function DayField(props: DateFieldProps) {
  const { label, labelHidden, hint, mark, className } = props;
  return (
    <Suspense
      fallback={
        <PlainField {...{ label, labelHidden, hint, mark, className }}>{() => <div className="field-box" />}</PlainField>
      }
    >
      <field.Component {...props} />
    </Suspense>
  );
}
