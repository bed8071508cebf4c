import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, bodyOf } from '~/api/client';
import { invitationsQuery, rolesQuery } from '~/api/queries/settings';
import { useForm } from '~/app/form';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';

export interface InviteDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onInvited: (link: { title: string; link: string; hint: string }) => void;
}

/** Makes an invitation and hands its link out, for the server sends no e-mail yet. */
export function InviteDialog({ isOpen, onClose, onInvited }: InviteDialogProps) {
  const text = useText();
  const cache = useQueryClient();
  const id = useId();
  const { data: roles } = useQuery({ ...rolesQuery, enabled: isOpen });
  const [chosen, setChosen] = useState<string>();
  const roleId = chosen ?? roles?.find((it) => it.key === 'sales')?.id ?? null;
  const form = useForm(async ({ email = '' }) => {
    const made = await bodyOf(api.POST('/invitations', { body: { email, ...(roleId && { roleId }) } }));
    await cache.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    onClose();
    onInvited({
      title: text({ id: 'invite.made', defaultMessage: 'Invitation of {email}' }, { email: made.email }),
      link: made.link ?? '',
      hint: text({ id: 'invite.made.hint', defaultMessage: 'Pass it on; it works once. It can be seen again under “Open invitations”.' }),
    });
  });
  const submit = () => document.querySelector<HTMLFormElement>(`#${CSS.escape(id)}`)?.requestSubmit();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="small"
      title={text({ id: 'invite.title', defaultMessage: 'Invite somebody' })}
      lead={text({ id: 'invite.lead', defaultMessage: 'You get a link to pass on; with it they make an account and come in.' })}
      onConfirm={submit}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'invite.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" type="submit" form={id} isPending={form.pending}>
            {text({ id: 'invite.submit', defaultMessage: 'Make invitation' })}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={form.onSubmit} className="flex flex-col gap-4 pb-1">
        {form.problem && <Banner tone="danger">{form.problem.detail}</Banner>}
        <TextField
          name="email"
          type="email"
          dir="ltr"
          autoFocus
          label={text({ id: 'invite.email', defaultMessage: 'E-mail' })}
          error={form.error('email')}
        />
        {roles && (
          <Select
            label={text({ id: 'invite.role', defaultMessage: 'Role' })}
            options={roles.map((it) => ({ id: it.id, label: it.name }))}
            value={roleId}
            onChange={setChosen}
          />
        )}
      </form>
    </Dialog>
  );
}
