import type { FormState } from '~/app/form';
import { useText } from '~/i18n';
import { TextField } from '~/ui/text-field';

interface FieldProps {
  form: FormState;
  autoFocus?: boolean;
}

export function NameField({ form, autoFocus }: FieldProps) {
  const text = useText();
  return (
    <TextField
      name="name"
      label={text({ id: 'auth.name', defaultMessage: 'Your name' })}
      autoComplete="name"
      maxLength={120}
      error={form.error('name')}
      {...(autoFocus && { autoFocus })}
    />
  );
}

export function EmailField({ form, autoFocus }: FieldProps) {
  const text = useText();
  return (
    <TextField
      name="email"
      type="email"
      label={text({ id: 'auth.email', defaultMessage: 'E-mail' })}
      autoComplete="username"
      dir="ltr"
      error={form.error('email')}
      {...(autoFocus && { autoFocus })}
    />
  );
}

/** `new`: for a password that is being chosen, which a password manager may suggest. */
export function PasswordField({ form, kind, autoFocus }: FieldProps & { kind: 'new' | 'current' }) {
  const text = useText();
  return (
    <TextField
      name="password"
      type="password"
      label={text({ id: 'auth.password', defaultMessage: 'Password' })}
      autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
      dir="ltr"
      {...(kind === 'new' && { hint: text({ id: 'auth.password.hint', defaultMessage: 'At least 10 characters.' }) })}
      error={form.error('password')}
      {...(autoFocus && { autoFocus })}
    />
  );
}
