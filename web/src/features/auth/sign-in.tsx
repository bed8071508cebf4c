import { api, bodyOf } from '~/api/client';
import { useForm } from '~/app/form';
import { useText } from '~/i18n';
import { AuthForm, AuthFrame } from './auth-frame';
import { enter } from './enter';
import { EmailField, PasswordField } from './fields';

export function SignIn({ onDone }: { onDone: () => void }) {
  const text = useText();
  const form = useForm(async ({ email = '', password = '' }) => {
    enter(await bodyOf(api.POST('/session', { body: { email, password } })));
    onDone();
  });
  return (
    <AuthFrame title={text({ id: 'sign-in.title', defaultMessage: 'Sign in' })}>
      <AuthForm form={form} submit={text({ id: 'sign-in.submit', defaultMessage: 'Sign in' })}>
        <EmailField form={form} autoFocus />
        <PasswordField form={form} kind="current" />
      </AuthForm>
      <p className="mt-4 text-small text-muted">
        {text({
          id: 'sign-in.forgotten',
          defaultMessage: 'Forgot the password? An administrator of your workspace can give you a link to set a new one.',
        })}
      </p>
    </AuthFrame>
  );
}
