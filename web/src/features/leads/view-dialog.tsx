import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '~/api/action';
import type { Problem } from '~/api/client';
import { teamsQuery } from '~/api/queries/teams';
import type { View, ViewBody } from '~/api/queries/views';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { problemWords } from '~/kit/lead-actions';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { changeView, createView, pinView } from './view-actions';

interface Props {
  /** Whose name and sharing are changed; none for a new view. */
  view: View | undefined;
  /** What a new view keeps. */
  body: () => ViewBody;
  onClose: () => void;
  onSaved: (view: View) => void;
}

/** Names a view and says who sees it. */
export default function ViewDialog({ view, body, onClose, onSaved }: Props) {
  const text = useText();
  const session = useSession();
  const [name, setName] = useState(view?.name ?? '');
  const [visibility, setVisibility] = useState<View['visibility']>(view?.visibility ?? 'private');
  const [teamId, setTeam] = useState<string | null>(view?.teamId ?? null);
  const [locked, setLocked] = useState(view?.locked ?? false);
  const [pinned, setPinned] = useState(view === undefined);
  const [problem, setProblem] = useState<Problem>();
  const { data: teams = [] } = useQuery({ ...teamsQuery, enabled: visibility === 'team' });
  const create = useAction(createView);
  const change = useAction({ ...changeView, refused: () => true });
  const pin = useAction(pinView);
  const mayShare = session.can('views:share');
  const mine = teams.filter((it) => it.memberIds.includes(session.user.id));

  const save = async () => {
    const who: ViewBody = { name: name.trim(), visibility, teamId: visibility === 'team' ? teamId : null, locked };
    const outcome = view ? await change.run({ view, body: who }) : await create.run({ ...body(), ...who });
    if (outcome.state === 'refused') setProblem(outcome.problem);
    if (outcome.state !== 'done') return;
    if (!view && pinned) void pin.run({ view: outcome.result, pinned: true });
    onSaved(outcome.result);
  };
  const isNameless = problem && Object.keys(problem.errors).every((path) => !['name', 'teamId'].includes(path));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="small"
      title={
        view
          ? text({ id: 'view.dialog.change', defaultMessage: 'Name and sharing' })
          : text({ id: 'view.dialog.new', defaultMessage: 'Save as a view' })
      }
      lead={text({
        id: 'view.dialog.lead',
        defaultMessage:
          'A view keeps filters, order, columns and grouping. Nobody sees more leads through it than without.',
      })}
      onConfirm={() => void save()}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" isPending={create.pending || change.pending} onPress={() => void save()}>
            {text({ id: 'view.dialog.save', defaultMessage: 'Save view' })}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4 py-1"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={text({ id: 'view.dialog.name', defaultMessage: 'Name' })}
          value={name}
          onChange={setName}
          maxLength={100}
          autoFocus
          error={problem?.errors['name'] && problemWords(problem, 'name')}
        />
        <Select
          label={text({ id: 'view.dialog.who', defaultMessage: 'Who sees it' })}
          value={visibility}
          onChange={setVisibility}
          options={[
            { id: 'private', label: text({ id: 'view.private', defaultMessage: 'Only me' }) },
            { id: 'team', label: text({ id: 'view.team', defaultMessage: 'A team of mine' }), isDisabled: !mayShare },
            {
              id: 'everyone',
              label: text({ id: 'view.everyone', defaultMessage: 'Everyone in the workspace' }),
              isDisabled: !mayShare,
            },
          ]}
          {...(!mayShare && {
            hint: text({
              id: 'view.share.right',
              defaultMessage: 'Sharing needs the right “views:share”. An administrator can give it.',
            }),
          })}
        />
        {visibility === 'team' && (
          <Select
            label={text({ id: 'view.dialog.team', defaultMessage: 'Team' })}
            value={teamId}
            onChange={setTeam}
            options={mine.map((it) => ({ id: it.id, label: it.name }))}
            error={problem?.errors['teamId'] && problemWords(problem, 'teamId')}
            {...(mine.length === 0 && { hint: text({ id: 'view.team.none', defaultMessage: 'You are in no team.' }) })}
          />
        )}
        {visibility !== 'private' && (
          <Checkbox
            isSelected={locked}
            onChange={setLocked}
            hint={text({ id: 'view.lock.hint', defaultMessage: 'Everybody else saves a copy.' })}
          >
            {text({ id: 'view.lock', defaultMessage: 'Only I and administrators change it' })}
          </Checkbox>
        )}
        {!view && (
          <Checkbox isSelected={pinned} onChange={setPinned}>
            {text({ id: 'view.pin.new', defaultMessage: 'Pin it, with its count' })}
          </Checkbox>
        )}
        {problem && isNameless && <Banner tone="danger">{problemWords(problem, '')}</Banner>}
      </form>
    </Dialog>
  );
}
