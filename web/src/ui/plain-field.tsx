import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cx } from './cx';
import { FIELD, type FieldProps } from './field-look';

interface PlainFieldProps extends FieldProps {
  /** The id of the control, where somebody outside names it. */
  id?: string | undefined;
  children: (control: Described) => ReactNode;
}

/** What ties a control to its label and its notes. */
export interface Described {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** The label and the notes around a control that is an element of the browser's own. */
export function PlainField({ label, labelHidden, mark, hint, error, className, id, children }: PlainFieldProps) {
  const made = useId();
  const control = id ?? made;
  const [hintId, errorId] = [`${made}-hint`, `${made}-error`];
  const described = cx(hint !== undefined && hintId, error !== undefined && errorId) || undefined;
  return (
    <div className={cx(FIELD, className)}>
      <label htmlFor={control} className={cx('text-small font-medium text-text', labelHidden && 'sr-only')}>
        {label}
        {mark !== undefined && <span className="ms-1.5 font-normal text-faint">{mark}</span>}
      </label>
      {children({ id: control, 'aria-invalid': error === undefined ? undefined : true, 'aria-describedby': described })}
      {hint !== undefined && (
        <span id={hintId} className="text-small text-muted">
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span id={errorId} className="flex items-start gap-1.5 text-small text-danger wrap-anywhere">
          <CircleAlert size={14} className="mt-0.5 shrink-0" />
          <span>{error}</span>
        </span>
      )}
    </div>
  );
}
