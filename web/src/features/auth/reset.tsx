import { api } from '~/api/client';
import { useForm } from '~/app/form';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { AuthForm, AuthFrame } from './auth-frame';
import { PasswordField } from './fields';

export function Reset({ token, onDone }: { token: string; onDone: () => void }) {
  const text = useText();
  const form = useForm(async ({ password = '' }) => {
    await api.POST('/password-resets/{token}', { params: { path: { token } }, body: { password } });
    toast({ tone: 'success', text: text({ id: 'reset.done', defaultMessage: 'The password is set. Sign in with it.' }) });
    onDone();
  });
  return (
    <AuthFrame
      title={text({ id: 'reset.title', defaultMessage: 'Set a new password' })}
      lead={text({ id: 'reset.lead', defaultMessage: 'It signs you out everywhere else.' })}
    >
      <AuthForm form={form} submit={text({ id: 'reset.submit', defaultMessage: 'Set password' })}>
        <PasswordField form={form} kind="new" autoFocus />
      </AuthForm>
    </AuthFrame>
  );
}
