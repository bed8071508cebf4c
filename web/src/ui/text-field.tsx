import type { ReactNode, Ref } from 'react';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { TextField as Base, type TextFieldProps as BaseProps } from 'react-aria-components/TextField';
import { TextArea as BaseArea } from 'react-aria-components/TextArea';
import { cx } from './cx';
import { FIELD, FieldLabel, FieldNotes, type FieldProps } from './field';

type Kept =
  | 'value'
  | 'defaultValue'
  | 'onChange'
  | 'onBlur'
  | 'onFocus'
  | 'onKeyDown'
  | 'name'
  | 'type'
  | 'inputMode'
  | 'autoComplete'
  | 'autoFocus'
  | 'isRequired'
  | 'isDisabled'
  | 'isReadOnly'
  | 'maxLength'
  | 'minLength'
  | 'pattern'
  | 'spellCheck'
  | 'id';

export interface TextFieldProps extends FieldProps, Pick<BaseProps, Kept> {
  placeholder?: string;
  /** Stands inside the edge before the text, such as an icon. */
  before?: ReactNode;
  /** Stands inside the edge behind the text, such as a button. */
  after?: ReactNode;
  dir?: 'auto' | 'ltr' | 'rtl';
  /** Of the input itself, so that focus goes where people type. */
  ref?: Ref<HTMLInputElement>;
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const { label, labelHidden, hint, error, mark, className, placeholder, before, after, dir, ref, ...rest } = props;
  return (
    <Base {...rest} isInvalid={error !== undefined} validationBehavior="aria" className={cx(FIELD, className)}>
      <FieldLabel label={label} {...(labelHidden && { labelHidden })} {...(mark !== undefined && { mark })} />
      <Group
        className="field-box flex items-center"
        isInvalid={error !== undefined}
        isDisabled={rest.isDisabled ?? false}
      >
        {before !== undefined && <span className="ps-2 text-muted">{before}</span>}
        <Input
          {...(ref === undefined ? {} : { ref })}
          {...(placeholder === undefined ? {} : { placeholder })}
          dir={dir ?? 'auto'}
          className="min-h-[calc(var(--control)-2px)] w-full min-w-0 flex-1 bg-transparent px-2 text-start outline-none"
        />
        {after}
      </Group>
      <FieldNotes hint={hint} error={error} />
    </Base>
  );
}

export interface TextAreaProps extends FieldProps, Omit<Pick<BaseProps, Kept>, 'type' | 'pattern'> {
  placeholder?: string;
  rows?: number;
  ref?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text; it grows with what is written. */
export function TextArea(props: TextAreaProps) {
  const { label, labelHidden, hint, error, mark, className, placeholder, rows = 3, ref, ...rest } = props;
  return (
    <Base {...rest} isInvalid={error !== undefined} validationBehavior="aria" className={cx(FIELD, className)}>
      <FieldLabel label={label} {...(labelHidden && { labelHidden })} {...(mark !== undefined && { mark })} />
      <BaseArea
        {...(ref === undefined ? {} : { ref })}
        {...(placeholder === undefined ? {} : { placeholder })}
        rows={rows}
        dir="auto"
        className="field-box block field-sizing-content max-h-80 w-full resize-y px-2 py-1.5 text-start leading-(--type-body-line)"
      />
      <FieldNotes hint={hint} error={error} />
    </Base>
  );
}
