import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, api, bodyOf } from '~/api/client';
import { type Role, permissionsQuery, rolesQuery } from '~/api/queries/settings';
import { sentence } from '~/app/form';
import { type Permission, useSession } from '~/app/session';
import { say, useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { SCOPES } from './roles-screen';

interface Draft {
  name: string;
  scope: Role['scope'];
  permissions: Permission[];
}

const NEW: Draft = { name: '', scope: 'own', permissions: ['leads:view'] };

/** A role with its rights; a built-in one is only shown. */
export function RoleDialog({ role, onClose }: { role: Role | undefined; onClose: () => void }) {
  const text = useText();
  const { can } = useSession();
  const { data: rights } = useQuery(permissionsQuery);
  const kept: Draft = role ? { name: role.name, scope: role.scope, permissions: role.permissions } : NEW;
  const [draft, setDraft] = useState(kept);
  const [problem, setProblem] = useState<Problem>();
  const isFixed = role?.builtIn === true || !can('members:manage');
  const save = useAction<Draft, Role>({
    label: ({ name }) => say({ id: 'roles.saved', defaultMessage: 'Saved the role {name}' }, { name }),
    request: (body) =>
      bodyOf(role ? api.PATCH('/roles/{id}', { params: { path: { id: role.id } }, body }) : api.POST('/roles', { body })),
    settle: (cache) => {
      void cache.invalidateQueries({ queryKey: rolesQuery.queryKey });
      onClose();
    },
    refused: (refusal) => {
      setProblem(refusal);
      return true;
    },
  });
  const brought = new Set((rights ?? []).filter((it) => draft.permissions.includes(it.key)).flatMap((it) => it.brings));
  const toggle = (right: Permission, isOn: boolean) =>
    setDraft((before) => ({
      ...before,
      permissions: isOn ? [...before.permissions, right] : before.permissions.filter((it) => it !== right),
    }));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      isDirty={!isFixed && JSON.stringify(draft) !== JSON.stringify(kept)}
      title={role ? role.name : text({ id: 'roles.new.title', defaultMessage: 'New role' })}
      {...(isFixed && { lead: text({ id: 'roles.fixed', defaultMessage: 'This role cannot be changed here.' }) })}
      {...(!isFixed && { onConfirm: () => void save.run(draft) })}
      footer={
        isFixed ? (
          <Button tone="primary" onPress={onClose}>
            {text({ id: 'roles.close', defaultMessage: 'Close' })}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{text({ id: 'roles.cancel', defaultMessage: 'Cancel' })}</Button>
            <Button tone="primary" isPending={save.pending} onPress={() => void save.run(draft)}>
              {text({ id: 'roles.save', defaultMessage: 'Save role' })}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        {problem && !problem.errors['name'] && <Banner tone="danger">{problem.detail}</Banner>}
        {!isFixed && (
          <TextField
            label={text({ id: 'roles.name', defaultMessage: 'Name' })}
            value={draft.name}
            maxLength={120}
            autoFocus={!role}
            onChange={(name) => setDraft((before) => ({ ...before, name }))}
            error={sentence(problem?.errors['name'])}
          />
        )}
        <Select
          label={text({ id: 'roles.scope', defaultMessage: 'Sees' })}
          options={(Object.keys(SCOPES) as Role['scope'][]).map((id) => ({ id, label: text(SCOPES[id]) }))}
          value={draft.scope}
          isDisabled={isFixed}
          onChange={(scope) => setDraft((before) => ({ ...before, scope }))}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-small font-medium">{text({ id: 'roles.rights', defaultMessage: 'Rights' })}</legend>
          {(rights ?? []).map((it) => (
            <Checkbox
              key={it.key}
              isSelected={draft.permissions.includes(it.key) || brought.has(it.key)}
              isDisabled={isFixed || brought.has(it.key)}
              onChange={(isOn) => toggle(it.key, isOn)}
              hint={it.description}
            >
              {it.key}
            </Checkbox>
          ))}
        </fieldset>
      </div>
    </Dialog>
  );
}
