import { type Schema, api, bodyOf } from '~/api/client';
import { useForm } from '~/app/form';
import { useText } from '~/i18n';
import { AuthForm, AuthFrame } from './auth-frame';
import { enter } from './enter';
import { NameField, PasswordField } from './fields';

export interface JoinProps {
  token: string;
  invitation: Schema<'InvitationPreview'>;
  onDone: () => void;
}

/** Somebody who has an account shows that it is theirs; everybody else makes one. */
export function Join({ token, invitation, onDone }: JoinProps) {
  const text = useText();
  const { workspaceName, roleName, email, hasAccount } = invitation;
  const form = useForm(async ({ name, password = '' }) => {
    const body = { password, ...(name === undefined ? {} : { name }) };
    enter(await bodyOf(api.POST('/invitations/{token}/accept', { params: { path: { token } }, body })));
    onDone();
  });
  return (
    <AuthFrame
      title={text({ id: 'join.title', defaultMessage: 'Join {workspace}' }, { workspace: workspaceName })}
      lead={text(
        hasAccount
          ? { id: 'join.known', defaultMessage: '{email} is invited as {role}. Sign in with your password to join.' }
          : { id: 'join.new', defaultMessage: '{email} is invited as {role}. Choose a password to join.' },
        { email, role: roleName },
      )}
    >
      <AuthForm form={form} submit={text({ id: 'join.submit', defaultMessage: 'Join' })}>
        {/* For password managers, which keep a password with its address. */}
        <div hidden>
          <span>{email}</span>
        </div>
        {!hasAccount && <NameField form={form} autoFocus />}
        <PasswordField form={form} kind={hasAccount ? 'current' : 'new'} {...(hasAccount && { autoFocus: true })} />
      </AuthForm>
    </AuthFrame>
  );
}
