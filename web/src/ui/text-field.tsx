import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cx } from './cx';
import type { FieldProps } from './field-look';
import { PlainField } from './plain-field';

type Kept =
  | 'ref'
  | 'id'
  | 'name'
  | 'inputMode'
  | 'autoComplete'
  | 'autoFocus'
  | 'maxLength'
  | 'minLength'
  | 'spellCheck'
  | 'placeholder'
  | 'onBlur'
  | 'onFocus'
  | 'onKeyDown';

interface Written extends FieldProps {
  value?: string | undefined;
  defaultValue?: string | undefined;
  onChange?: ((value: string) => void) | undefined;
  isRequired?: boolean | undefined;
  isDisabled?: boolean | undefined;
  isReadOnly?: boolean | undefined;
}

export interface TextFieldProps extends Written, Pick<ComponentPropsWithRef<'input'>, Kept | 'type' | 'pattern'> {
  /** Stands inside the edge before the text, such as an icon. */
  before?: ReactNode;
  /** Stands inside the edge behind the text, such as a button. */
  after?: ReactNode;
  dir?: 'auto' | 'ltr' | 'rtl';
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const { label, labelHidden, hint, error, mark, className, before, after, ...rest } = props;
  const { onChange, isRequired, isDisabled, isReadOnly, dir = 'auto', type = 'text', ...own } = rest;
  return (
    <PlainField {...{ label, labelHidden, hint, error, mark, className }} id={own.id}>
      {(control) => (
        <div
          className="field-box flex items-center"
          data-invalid={error === undefined ? undefined : true}
          data-disabled={isDisabled || undefined}
        >
          {before !== undefined && <span className="ps-2 text-muted">{before}</span>}
          <input
            {...own}
            {...control}
            type={type}
            dir={dir}
            disabled={isDisabled}
            readOnly={isReadOnly}
            aria-required={isRequired || undefined}
            onChange={(event) => onChange?.(event.target.value)}
            className="min-h-[calc(var(--control)-2px)] w-full min-w-0 flex-1 bg-transparent px-2 text-start outline-none"
          />
          {after}
        </div>
      )}
    </PlainField>
  );
}

export interface TextAreaProps extends Written, Pick<ComponentPropsWithRef<'textarea'>, Kept> {
  rows?: number;
}

/** Several lines of text; it grows with what is written. */
export function TextArea(props: TextAreaProps) {
  const { label, labelHidden, hint, error, mark, className, ...rest } = props;
  const { onChange, isRequired, isDisabled, isReadOnly, rows = 3, ...own } = rest;
  return (
    <PlainField {...{ label, labelHidden, hint, error, mark, className }} id={own.id}>
      {(control) => (
        <textarea
          {...own}
          {...control}
          rows={rows}
          dir="auto"
          disabled={isDisabled}
          readOnly={isReadOnly}
          aria-required={isRequired || undefined}
          data-invalid={error === undefined ? undefined : true}
          data-disabled={isDisabled || undefined}
          onChange={(event) => onChange?.(event.target.value)}
          className={cx(
            'field-box block field-sizing-content max-h-80 w-full resize-y px-2 py-1.5',
            'text-start leading-(--type-body-line)',
          )}
        />
      )}
    </PlainField>
  );
}
