import { CircleAlert } from 'lucide-react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { cx } from './cx';
import type { FieldProps } from './field-look';

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
