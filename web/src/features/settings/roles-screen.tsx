import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { api } from '~/api/client';
import { type Role, permissionsQuery, rolesQuery } from '~/api/queries/settings';
import { useSession } from '~/app/session';
import { landFocus } from '~/app/title';
import { say, useText, type Words } from '~/i18n';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { Loaded, Row, Rows, SettingsPage } from './parts';
import { RoleDialog } from './role-dialog';

export const SCOPES: Record<Role['scope'], Words> = {
  none: { id: 'roles.scope.none', defaultMessage: 'No leads' },
  own: { id: 'roles.scope.own', defaultMessage: 'Own leads' },
  team: { id: 'roles.scope.team', defaultMessage: 'Leads of their teams' },
  all: { id: 'roles.scope.all', defaultMessage: 'All leads' },
};

/** What members may do, by their role. */
export function RolesScreen() {
  const text = useText();
  const { can } = useSession();
  const roles = useQuery({ ...rolesQuery, enabled: can('members:view') });
  useQuery({ ...permissionsQuery, enabled: can('members:view') });
  const [edited, setEdited] = useState<Role | 'new'>();
  const [removed, setRemoved] = useState<Role>();
  const remove = useAction<Role, unknown>({
    label: ({ name }) => say({ id: 'roles.removed', defaultMessage: 'Removed the role {name}' }, { name }),
    request: ({ id }) => api.DELETE('/roles/{id}', { params: { path: { id } } }),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: rolesQuery.queryKey });
    },
  });
  const title = text({ id: 'roles.title', defaultMessage: 'Roles' });
  return (
    <SettingsPage
      needs="members:view"
      title={title}
      lead={text({ id: 'roles.lead', defaultMessage: 'A role says what its members may do, and whose leads they see. Nobody gives a right they do not have.' })}
      action={
        can('members:manage') && (
          <Button tone="primary" icon={<Plus size={16} />} onPress={() => setEdited('new')}>
            {text({ id: 'roles.new', defaultMessage: 'New role' })}
          </Button>
        )
      }
    >
      <Loaded query={roles}>
        {(all) => (
          <Rows label={title}>
            {all.map((it) => (
              <Row
                key={it.id}
                title={
                  <>
                    {it.name}
                    {it.builtIn && <Badge>{text({ id: 'roles.built-in', defaultMessage: 'Built in' })}</Badge>}
                  </>
                }
                hint={text(
                  { id: 'roles.hint', defaultMessage: '{scope} · {count, plural, one {# right} other {# rights}}' },
                  { scope: text(SCOPES[it.scope]), count: it.permissions.length },
                )}
              >
                <Button size="small" onPress={() => setEdited(it)}>
                  {it.builtIn || !can('members:manage')
                    ? text({ id: 'roles.show', defaultMessage: 'Show rights' })
                    : text({ id: 'roles.edit', defaultMessage: 'Edit' })}
                </Button>
                {!it.builtIn && can('members:manage') && (
                  <Button size="small" tone="quiet" onPress={() => setRemoved(it)}>
                    {text({ id: 'roles.remove', defaultMessage: 'Remove…' })}
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
      {edited && <RoleDialog role={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
      <ConfirmDialog
        isOpen={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        title={text({ id: 'roles.remove.title', defaultMessage: 'Remove the role {name}?' }, { name: removed?.name ?? '' })}
        lead={text({ id: 'roles.remove.lead', defaultMessage: 'Only a role that nobody has can be removed.' })}
        action={text({ id: 'roles.remove.action', defaultMessage: 'Remove {name}' }, { name: removed?.name ?? '' })}
        onConfirm={async () => {
          if (removed) await remove.run(removed);
        }}
      />
    </SettingsPage>
  );
}
