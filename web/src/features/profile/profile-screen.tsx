import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, type Schema, api, bodyOf } from '~/api/client';
import { sessionQuery } from '~/api/queries/session';
import { sentence, useForm } from '~/app/form';
import { useSession } from '~/app/session';
import { toast } from '~/app/toast';
import { useTitle } from '~/app/title';
import { say, useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Tabs } from '~/ui/tabs';
import { TextField } from '~/ui/text-field';
import { PreferencesTab } from './preferences-tab';
import type { ProfileTab } from './profile-tabs';
import { SessionsTab } from './sessions-tab';
import { ShortcutsTab } from './shortcuts-tab';

/** What belongs to the person alone, in every workspace. */
export function ProfileScreen({ tab, onTab }: { tab: ProfileTab; onTab: (tab: ProfileTab) => void }) {
  const text = useText();
  const title = text({ id: 'profile.title', defaultMessage: 'Profile' });
  useTitle(title);
  return (
    <div className="mx-auto flex w-full max-w-180 flex-col gap-4 px-gutter py-4">
      <h1 className="text-title">{title}</h1>
      <Tabs
        label={title}
        value={tab}
        onChange={onTab}
        tabs={[
          { id: 'account', label: text({ id: 'profile.account', defaultMessage: 'Account' }), content: <AccountTab /> },
          { id: 'preferences', label: text({ id: 'profile.preferences', defaultMessage: 'Preferences' }), content: <PreferencesTab /> },
          { id: 'shortcuts', label: text({ id: 'profile.shortcuts', defaultMessage: 'Shortcuts' }), content: <ShortcutsTab /> },
          { id: 'sessions', label: text({ id: 'profile.sessions', defaultMessage: 'Sessions' }), content: <SessionsTab /> },
        ]}
      />
    </div>
  );
}

function AccountTab() {
  return (
    <div className="flex max-w-120 flex-col gap-8 pt-4">
      <NameForm />
      <PasswordForm />
    </div>
  );
}

function NameForm() {
  const text = useText();
  const { user } = useSession();
  const [name, setName] = useState(user.name);
  const [problem, setProblem] = useState<Problem>();
  const save = useAction<string, Schema<'Person'>>({
    label: () => say({ id: 'profile.renamed', defaultMessage: 'Saved your name' }),
    request: (to, key) => bodyOf(api.PATCH('/profile', { body: { name: to }, headers: { 'Idempotency-Key': key } })),
    settle: (cache, person) => {
      setProblem(undefined);
      setName(person.name);
      cache.setQueryData(sessionQuery.queryKey, (me) => me && { ...me, user: person });
      void cache.invalidateQueries({ queryKey: ['members'] });
    },
    refused: (refusal) => {
      setProblem(refusal);
      return refusal.errors['name'] !== undefined;
    },
  });
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(name);
      }}
    >
      <TextField
        label={text({ id: 'profile.name', defaultMessage: 'Name' })}
        hint={text({ id: 'profile.name.hint', defaultMessage: 'As others see it, in all workspaces.' })}
        autoComplete="name"
        maxLength={120}
        value={name}
        onChange={setName}
        error={sentence(problem?.errors['name'])}
      />
      <TextField
        label={text({ id: 'profile.email', defaultMessage: 'E-mail' })}
        hint={text({ id: 'profile.email.hint', defaultMessage: 'You sign in with it.' })}
        value={user.email}
        dir="ltr"
        isReadOnly
      />
      <Button
        type="submit"
        tone="primary"
        className="self-start"
        isPending={save.pending}
        reason={name === user.name ? text({ id: 'profile.same', defaultMessage: 'Nothing has changed' }) : undefined}
      >
        {text({ id: 'profile.save', defaultMessage: 'Save' })}
      </Button>
    </form>
  );
}

function PasswordForm() {
  const text = useText();
  const cache = useQueryClient();
  const [round, setRound] = useState(0);
  const form = useForm(async ({ currentPassword = '', newPassword = '' }) => {
    await api.POST('/password', { body: { currentPassword, newPassword } });
    toast({ tone: 'success', text: text({ id: 'password.done', defaultMessage: 'Changed your password. You are signed out everywhere else.' }) });
    setRound((before) => before + 1);
    await cache.invalidateQueries({ queryKey: ['sessions'] });
  });
  return (
    <form key={round} noValidate onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div>
        <h2 className="text-heading">{text({ id: 'password.title', defaultMessage: 'Password' })}</h2>
        <p className="text-muted">{text({ id: 'password.lead', defaultMessage: 'A new one signs you out everywhere else.' })}</p>
      </div>
      {form.problem && <Banner tone="danger">{form.problem.detail}</Banner>}
      <TextField
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        label={text({ id: 'password.current', defaultMessage: 'Present password' })}
        error={form.error('currentPassword')}
      />
      <TextField
        name="newPassword"
        type="password"
        autoComplete="new-password"
        label={text({ id: 'password.new', defaultMessage: 'New password' })}
        hint={text({ id: 'password.hint', defaultMessage: 'At least 10 characters.' })}
        error={form.error('newPassword')}
      />
      <Button type="submit" className="self-start" isPending={form.pending}>
        {text({ id: 'password.submit', defaultMessage: 'Change password' })}
      </Button>
    </form>
  );
}
