import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { cx } from './cx';

/** What every field has besides its control. */
export interface FieldProps {
  label: string;
  /** Draws no label; it is still the name of the control. */
  labelHidden?: boolean;
  /** A sentence that helps to fill it in. */
  hint?: ReactNode;
  /** What is wrong, and how to mend it; from the form or from the server. */
  error?: string | undefined;
  /** A word behind the label, such as "optional". */
  mark?: string;
  className?: string;
}

export const FIELD = 'flex min-w-0 flex-col gap-1';

export function FieldLabel({ label, labelHidden, mark }: Pick<FieldProps, 'label' | 'labelHidden' | 'mark'>) {
  return (
    <Label className={cx('text-small font-medium text-text', labelHidden && 'sr-only')}>
      {label}
      {mark !== undefined && <span className="ms-1.5 font-normal text-faint">{mark}</span>}
    </Label>
  );
}

export function FieldNotes({ hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  return (
    <>
      {hint !== undefined && (
        <Text slot="description" className="text-small text-muted">
          {hint}
        </Text>
      )}
      <FieldError className="flex items-start gap-1.5 text-small text-danger wrap-anywhere">
        {({ validationErrors }) => (
          <>
            <CircleAlert size={14} className="mt-0.5 shrink-0" />
            <span>{error ?? validationErrors.join(' ')}</span>
          </>
        )}
      </FieldError>
    </>
  );
}
