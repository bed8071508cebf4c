import { api, bodyOf } from '~/api/client';
import { useForm } from '~/app/form';
import { useText } from '~/i18n';
import { TextField } from '~/ui/text-field';
import { AuthForm, AuthFrame } from './auth-frame';
import { enter } from './enter';
import { EmailField, NameField, PasswordField } from './fields';

export function Setup({ onDone }: { onDone: () => void }) {
  const text = useText();
  const form = useForm(async ({ token = '', workspaceName = '', name = '', email = '', password = '' }) => {
    enter(await bodyOf(api.POST('/setup', { body: { token: token.trim(), workspaceName, name, email, password } })));
    onDone();
  });
  return (
    <AuthFrame
      title={text({ id: 'setup.title', defaultMessage: 'Set up Leadline' })}
      lead={text({ id: 'setup.lead', defaultMessage: 'This server has no workspace yet. You become its Super Admin.' })}
    >
      <AuthForm form={form} submit={text({ id: 'setup.submit', defaultMessage: 'Create workspace' })}>
        <TextField
          name="token"
          label={text({ id: 'setup.token', defaultMessage: 'Setup token' })}
          hint={text({ id: 'setup.token.hint', defaultMessage: 'Printed on the console where the server was started.' })}
          autoComplete="off"
          spellCheck="false"
          dir="ltr"
          autoFocus
          error={form.error('token')}
        />
        <TextField
          name="workspaceName"
          label={text({ id: 'setup.workspace', defaultMessage: 'Workspace' })}
          autoComplete="organization"
          maxLength={120}
          error={form.error('workspaceName')}
        />
        <NameField form={form} />
        <EmailField form={form} />
        <PasswordField form={form} kind="new" />
      </AuthForm>
    </AuthFrame>
  );
}
