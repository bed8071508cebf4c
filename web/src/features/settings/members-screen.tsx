import { useQuery } from '@tanstack/react-query';
import { KeyRound, MoreHorizontal, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Schema, api, bodyOf } from '~/api/client';
import { type Member, membersQuery } from '~/api/queries/members';
import { invitationsQuery, rolesQuery } from '~/api/queries/settings';
import { queryClient } from '~/app/queryClient';
import { ranked } from '~/app/search-text';
import { useSession } from '~/app/session';
import { landFocus } from '~/app/title';
import { say, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Avatar } from '~/ui/avatar';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { CopyField } from '~/ui/copy-field';
import { ConfirmDialog, Dialog } from '~/ui/dialog';
import { EmptyState } from '~/ui/empty-state';
import { MenuButton } from '~/ui/menu';
import { SearchField } from '~/ui/search-field';
import { Select } from '~/ui/select';
import { InviteDialog } from './invite-dialog';
import { Loaded, Row, Rows, SettingsPage } from './parts';

type Link = { title: string; link: string; hint: string };

export interface MembersScreenProps {
  search: string;
  onSearch: (text: string) => void;
}

/** Who is in the workspace, as what, and who is invited. */
export function MembersScreen({ search, onSearch }: MembersScreenProps) {
  const text = useText();
  const { can } = useSession();
  const members = useQuery({ ...membersQuery, enabled: can('members:view') });
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<Link>();
  return (
    <SettingsPage
      needs="members:view"
      title={text({ id: 'members.title', defaultMessage: 'Members' })}
      lead={text({ id: 'members.lead', defaultMessage: 'Who may come in, and what they may do here.' })}
      action={
        can('members:manage') && (
          <Button tone="primary" icon={<UserPlus size={16} />} onPress={() => setInviting(true)}>
            {text({ id: 'members.invite', defaultMessage: 'Invite' })}
          </Button>
        )
      }
    >
      <SearchField label={text({ id: 'members.search', defaultMessage: 'Search members' })} value={search} onChange={onSearch} className="max-w-72" />
      <Loaded query={members}>
        {(all) => {
          const shown = ranked(all, search, (it) => `${it.name} ${it.email}`);
          return shown.length === 0 ? (
            <EmptyState
              level={2}
              title={text({ id: 'members.none', defaultMessage: 'Nobody is called so' })}
              action={<Button onPress={() => onSearch('')}>{text({ id: 'members.clear', defaultMessage: 'Clear the search' })}</Button>}
            />
          ) : (
            <Rows label={text({ id: 'members.title', defaultMessage: 'Members' })}>
              {shown.map((it) => (
                <MemberRow key={it.userId} member={it} onLink={setLink} />
              ))}
            </Rows>
          );
        }}
      </Loaded>
      {can('members:manage') && <Invitations onLink={setLink} />}
      <InviteDialog isOpen={inviting} onClose={() => setInviting(false)} onInvited={setLink} />
      <Dialog
        isOpen={link !== undefined}
        onClose={() => setLink(undefined)}
        title={link?.title ?? ''}
        footer={
          <Button tone="primary" onPress={() => setLink(undefined)}>
            {text({ id: 'members.link.done', defaultMessage: 'Done' })}
          </Button>
        }
      >
        {link && <CopyField label={text({ id: 'members.link', defaultMessage: 'Link' })} value={link.link} hint={link.hint} />}
      </Dialog>
    </SettingsPage>
  );
}

function MemberRow({ member, onLink }: { member: Member; onLink: (link: Link) => void }) {
  const text = useText();
  const { ago } = useFormats();
  const { can, user } = useSession();
  const { data: roles } = useQuery(rolesQuery);
  const [removing, setRemoving] = useState(false);
  const change = useAction<Schema<'MemberChange'>, Member>({
    label: () => say({ id: 'members.changed', defaultMessage: 'Changed {name}' }, { name: member.name }),
    request: (body, key) =>
      bodyOf(api.PATCH('/members/{userId}', { params: { path: { userId: member.userId } }, body, headers: { 'Idempotency-Key': key } })),
    settle: (cache) => void cache.invalidateQueries({ queryKey: membersQuery.queryKey }),
    undo: async () => {
      const body = { roleId: member.role.id, active: member.active };
      await api.PATCH('/members/{userId}', { params: { path: { userId: member.userId } }, body });
      await queryClient.invalidateQueries({ queryKey: membersQuery.queryKey });
    },
  });
  const remove = useAction<void, unknown>({
    label: () => say({ id: 'members.removed', defaultMessage: 'Removed {name}' }, { name: member.name }),
    request: (_, key) => api.DELETE('/members/{userId}', { params: { path: { userId: member.userId } }, headers: { 'Idempotency-Key': key } }),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: membersQuery.queryKey });
    },
  });
  const offerReset = async () => {
    const made = await bodyOf(api.POST('/members/{userId}/password-reset', { params: { path: { userId: member.userId } } }));
    onLink({
      title: text({ id: 'members.reset', defaultMessage: 'New password for {name}' }, { name: member.name }),
      link: made.link,
      hint: text({ id: 'members.reset.hint', defaultMessage: 'Pass it on; it works once and for a day. It ends every session of this person.' }),
    });
  };
  const reset = useAction<void, void>({
    label: () => '',
    quiet: true,
    request: offerReset,
  });
  const mayChange = can('members:manage');
  return (
    <Row
      icon={<Avatar name={member.name} />}
      title={
        <>
          {member.name}
          {member.userId === user.id && <Badge tone="accent">{text({ id: 'members.you', defaultMessage: 'You' })}</Badge>}
          {!member.active && <Badge tone="warning">{text({ id: 'members.off', defaultMessage: 'Switched off' })}</Badge>}
        </>
      }
      hint={[member.email, member.lastSeenAt && text({ id: 'members.seen', defaultMessage: 'seen {when}' }, { when: ago(member.lastSeenAt) })].filter(Boolean).join(' · ')}
    >
      {mayChange && roles ? (
        <Select
          label={text({ id: 'members.role-of', defaultMessage: 'Role of {name}' }, { name: member.name })}
          labelHidden
          className="w-40"
          options={roles.map((it) => ({ id: it.id, label: it.name }))}
          value={member.role.id}
          onChange={(roleId) => void change.run({ roleId })}
        />
      ) : (
        <span className="text-muted">{member.role.name}</span>
      )}
      {mayChange && (
        <MenuButton
          label={text({ id: 'members.actions', defaultMessage: 'Actions for {name}' }, { name: member.name })}
          icon={<MoreHorizontal size={16} />}
          items={[
            { id: 'reset', label: text({ id: 'members.reset.action', defaultMessage: 'New password…' }), icon: <KeyRound size={15} />, onAction: () => void reset.run() },
            {
              id: 'active',
              label: member.active ? text({ id: 'members.disable', defaultMessage: 'Switch off' }) : text({ id: 'members.enable', defaultMessage: 'Switch on' }),
              onAction: () => void change.run({ active: !member.active }),
            },
            { id: 'remove', label: text({ id: 'members.remove', defaultMessage: 'Remove…' }), tone: 'danger', onAction: () => setRemoving(true) },
          ]}
        />
      )}
      <ConfirmDialog
        isOpen={removing}
        onClose={() => setRemoving(false)}
        title={text({ id: 'members.remove.title', defaultMessage: 'Remove {name}?' }, { name: member.name })}
        lead={text({ id: 'members.remove.lead', defaultMessage: 'They cannot come into this workspace any more. What they did stays under their name.' })}
        action={text({ id: 'members.remove.action', defaultMessage: 'Remove {name}' }, { name: member.name })}
        onConfirm={async () => {
          await remove.run();
        }}
      />
    </Row>
  );
}

function Invitations({ onLink }: { onLink: (link: Link) => void }) {
  const text = useText();
  const { ago } = useFormats();
  const { data } = useQuery(invitationsQuery);
  const withdraw = useAction<{ id: string; email: string }, unknown>({
    label: ({ email }) => say({ id: 'invitations.withdrawn', defaultMessage: 'Withdrew the invitation of {email}' }, { email }),
    request: ({ id }, key) => api.DELETE('/invitations/{id}', { params: { path: { id } }, headers: { 'Idempotency-Key': key } }),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  if (!data || data.length === 0) return null;
  const title = text({ id: 'invitations.title', defaultMessage: 'Open invitations' });
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-heading">{title}</h2>
      <Rows label={title}>
        {data.map((it) => (
          <Row
            key={it.id}
            title={it.email}
            hint={text({ id: 'invitations.hint', defaultMessage: '{role} · runs out {when}' }, { role: it.role.name, when: ago(it.expiresAt) })}
          >
            {it.link && (
              <Button
                size="small"
                onPress={() =>
                  onLink({
                    title: text({ id: 'invitations.link', defaultMessage: 'Invitation of {email}' }, { email: it.email }),
                    link: it.link ?? '',
                    hint: text({ id: 'invitations.link.hint', defaultMessage: 'Pass it on; it works once.' }),
                  })
                }
              >
                {text({ id: 'invitations.show', defaultMessage: 'Show link' })}
              </Button>
            )}
            <Button size="small" tone="quiet" onPress={() => void withdraw.run(it)}>
              {text({ id: 'invitations.withdraw', defaultMessage: 'Withdraw' })}
            </Button>
          </Row>
        ))}
      </Rows>
    </section>
  );
}
