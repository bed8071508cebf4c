import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type Schema, api, bodyOf } from '~/api/client';
import { apiKeysQuery, rolesQuery } from '~/api/queries/settings';
import { useForm } from '~/app/form';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';

const DAY_MS = 86_400_000;

export interface NewKeyDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onMade: (key: Schema<'CreatedApiKey'>) => void;
}

/** What is asked for a new key. */
export function NewKeyDialog({ isOpen, onClose, onMade }: NewKeyDialogProps) {
  const text = useText();
  const cache = useQueryClient();
  const id = useId();
  const { data: roles } = useQuery({ ...rolesQuery, enabled: isOpen });
  const [role, setRole] = useState<string | null>(null);
  const [days, setDays] = useState<'30' | '90' | '365' | 'never'>('365');
  const form = useForm(async ({ name = '' }) => {
    const expiresAt = days === 'never' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const made = await bodyOf(api.POST('/api-keys', { body: { name, roleId: role, expiresAt } }));
    await cache.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    onClose();
    onMade(made);
  });
  const submit = () => document.querySelector<HTMLFormElement>(`#${CSS.escape(id)}`)?.requestSubmit();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="small"
      title={text({ id: 'keys.new.title', defaultMessage: 'New API key' })}
      onConfirm={submit}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'keys.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button
            tone="primary"
            type="submit"
            form={id}
            isPending={form.pending}
            reason={role ? undefined : text({ id: 'keys.no-role', defaultMessage: 'Choose a role first' })}
          >
            {text({ id: 'keys.create', defaultMessage: 'Make key' })}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={form.onSubmit} className="flex flex-col gap-4 pb-1">
        {form.problem && <Banner tone="danger">{form.problem.detail}</Banner>}
        <TextField
          name="name"
          autoFocus
          maxLength={120}
          label={text({ id: 'keys.name', defaultMessage: 'Name' })}
          hint={text({ id: 'keys.name.hint', defaultMessage: 'What it is for, such as “Website form”.' })}
          error={form.error('name')}
        />
        <Select
          label={text({ id: 'keys.role', defaultMessage: 'Role' })}
          hint={text({ id: 'keys.role.hint', defaultMessage: 'The key may do what this role may.' })}
          options={(roles ?? []).map((it) => ({ id: it.id, label: it.name }))}
          value={role}
          onChange={setRole}
        />
        <Select
          label={text({ id: 'keys.life', defaultMessage: 'Good for' })}
          options={[
            { id: '30', label: text({ id: 'keys.life.30', defaultMessage: '30 days' }) },
            { id: '90', label: text({ id: 'keys.life.90', defaultMessage: '90 days' }) },
            { id: '365', label: text({ id: 'keys.life.365', defaultMessage: 'A year' }) },
            { id: 'never', label: text({ id: 'keys.life.never', defaultMessage: 'Until it is revoked' }) },
          ]}
          value={days}
          onChange={setDays}
        />
      </form>
    </Dialog>
  );
}
