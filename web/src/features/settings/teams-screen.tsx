import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2, UsersRound, X } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, type Schema, api, bodyOf } from '~/api/client';
import { membersQuery } from '~/api/queries/members';
import { teamsQuery } from '~/api/queries/teams';
import { sentence } from '~/app/form';
import { queryClient } from '~/app/queryClient';
import { useSession } from '~/app/session';
import { landFocus } from '~/app/title';
import { say, useText } from '~/i18n';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { EmptyState } from '~/ui/empty-state';
import { IconButton } from '~/ui/icon-button';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { Card, Loaded, SettingsPage } from './parts';

type Team = Schema<'Team'>;

const readTeamsAfresh = () => queryClient.invalidateQueries({ queryKey: teamsQuery.queryKey });

/** Teams: members whose role reaches “team” see each other's leads. */
export function TeamsScreen() {
  const text = useText();
  const { can } = useSession();
  const teams = useQuery({ ...teamsQuery, enabled: can('members:view') });
  return (
    <SettingsPage
      needs="members:view"
      title={text({ id: 'teams.title', defaultMessage: 'Teams' })}
      lead={text({ id: 'teams.lead', defaultMessage: 'Somebody whose role reaches “team” sees the leads of everybody in their teams.' })}
    >
      {can('members:manage') && <NewTeam />}
      <Loaded query={teams}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<UsersRound size={20} />} level={2} title={text({ id: 'teams.none', defaultMessage: 'No teams yet' })}>
              {text({ id: 'teams.none.why', defaultMessage: 'A team is worth making when several people share their leads.' })}
            </EmptyState>
          ) : (
            all.map((it) => <TeamCard key={it.id} team={it} />)
          )
        }
      </Loaded>
    </SettingsPage>
  );
}

function NewTeam() {
  const text = useText();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const add = useAction<string, Team>({
    label: (of) => say({ id: 'teams.made', defaultMessage: 'Made the team {name}' }, { name: of }),
    request: (of, key) => bodyOf(api.POST('/teams', { body: { name: of }, headers: { 'Idempotency-Key': key } })),
    settle: (cache) => {
      setName('');
      setProblem(undefined);
      void cache.invalidateQueries({ queryKey: teamsQuery.queryKey });
    },
    undo: async (made) => {
      await api.DELETE('/teams/{id}', { params: { path: { id: made.id } } });
      await readTeamsAfresh();
    },
    refused: (refusal) => {
      setProblem(refusal);
      return refusal.errors['name'] !== undefined;
    },
  });
  return (
    <form
      noValidate
      className="flex max-w-120 items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void add.run(name);
      }}
    >
      <TextField
        label={text({ id: 'teams.new', defaultMessage: 'New team' })}
        className="flex-1"
        value={name}
        maxLength={120}
        onChange={setName}
        error={sentence(problem?.errors['name'])}
      />
      <Button type="submit" icon={<Plus size={16} />} isPending={add.pending}>
        {text({ id: 'teams.add', defaultMessage: 'Add' })}
      </Button>
    </form>
  );
}

function TeamCard({ team }: { team: Team }) {
  const text = useText();
  const { can } = useSession();
  const { data: members } = useQuery(membersQuery);
  const [removing, setRemoving] = useState(false);
  const path = (userId: string) => ({ params: { path: { id: team.id, userId } } });
  const join = useAction<{ userId: string; name: string }, unknown>({
    label: ({ name }) => say({ id: 'teams.joined', defaultMessage: 'Added {name} to {team}' }, { name, team: team.name }),
    request: ({ userId }) => api.PUT('/teams/{id}/members/{userId}', path(userId)),
    settle: (cache) => void cache.invalidateQueries({ queryKey: teamsQuery.queryKey }),
    undo: async (_, { userId }) => {
      await api.DELETE('/teams/{id}/members/{userId}', path(userId));
      await readTeamsAfresh();
    },
  });
  const leave = useAction<{ userId: string; name: string }, unknown>({
    label: ({ name }) => say({ id: 'teams.left', defaultMessage: 'Took {name} out of {team}' }, { name, team: team.name }),
    request: ({ userId }) => api.DELETE('/teams/{id}/members/{userId}', path(userId)),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: teamsQuery.queryKey });
    },
    undo: async (_, { userId }) => {
      await api.PUT('/teams/{id}/members/{userId}', path(userId));
      await readTeamsAfresh();
    },
  });
  const remove = useAction<void, unknown>({
    label: () => say({ id: 'teams.removed', defaultMessage: 'Removed the team {name}' }, { name: team.name }),
    request: () => api.DELETE('/teams/{id}', { params: { path: { id: team.id } } }),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: teamsQuery.queryKey });
    },
  });
  const inside = (members ?? []).filter((it) => team.memberIds.includes(it.userId));
  const outside = (members ?? []).filter((it) => it.active && !team.memberIds.includes(it.userId));
  const mayChange = can('members:manage');
  return (
    <Card title={team.name}>
      <ul className="flex flex-wrap gap-1.5" aria-label={text({ id: 'teams.members', defaultMessage: 'Members of {team}' }, { team: team.name })}>
        {inside.map((it) => (
          <li key={it.userId} className="flex items-center gap-1 rounded-full bg-hover ps-2.5 pe-1">
            <span className="py-0.5">{it.name}</span>
            {mayChange && (
              <IconButton
                size="small"
                label={text({ id: 'teams.take-out', defaultMessage: 'Take {name} out of {team}' }, { name: it.name, team: team.name })}
                icon={<X size={13} />}
                onPress={() => void leave.run({ userId: it.userId, name: it.name })}
              />
            )}
          </li>
        ))}
        {inside.length === 0 && <li className="text-muted">{text({ id: 'teams.empty', defaultMessage: 'Nobody is in this team.' })}</li>}
      </ul>
      {mayChange && (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Select
            label={text({ id: 'teams.add-to', defaultMessage: 'Add somebody to {team}' }, { team: team.name })}
            labelHidden
            className="w-56"
            placeholder={text({ id: 'teams.choose', defaultMessage: 'Add somebody…' })}
            options={outside.map((it) => ({ id: it.userId, label: it.name }))}
            value={null}
            onChange={(userId) => void join.run({ userId, name: outside.find((it) => it.userId === userId)?.name ?? '' })}
            isDisabled={outside.length === 0}
          />
          <span className="flex-1" />
          <Button size="small" tone="quiet" icon={<Trash2 size={14} />} onPress={() => setRemoving(true)}>
            {text({ id: 'teams.remove', defaultMessage: 'Remove team…' })}
          </Button>
        </div>
      )}
      <ConfirmDialog
        isOpen={removing}
        onClose={() => setRemoving(false)}
        title={text({ id: 'teams.remove.title', defaultMessage: 'Remove the team {name}?' }, { name: team.name })}
        lead={text({ id: 'teams.remove.lead', defaultMessage: 'Its members stay members of the workspace; those whose role reaches “team” see fewer leads.' })}
        action={text({ id: 'teams.remove.action', defaultMessage: 'Remove {name}' }, { name: team.name })}
        onConfirm={async () => {
          await remove.run();
        }}
      />
    </Card>
  );
}
