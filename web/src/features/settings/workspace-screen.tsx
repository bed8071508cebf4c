import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, type Schema, api, bodyOf } from '~/api/client';
import { sessionQuery } from '~/api/queries/session';
import { sentence } from '~/app/form';
import { useSession } from '~/app/session';
import { say, useText } from '~/i18n';
import { Button } from '~/ui/button';
import { ComboBox } from '~/ui/combo-box';
import { TextField } from '~/ui/text-field';
import { Card, SettingsPage } from './parts';

interface Draft {
  name: string;
  currency: string;
  defaultCountry: string;
  timeZone: string;
}

/** The server says every setting; that some may be missing is only how their type is written down. */
function draftOf({ name, settings }: Schema<'Workspace'>): Draft {
  const { currency = '', defaultCountry = '', timeZone = '' } = settings;
  return { name, currency, defaultCountry, timeZone };
}

/** The name of the workspace, and what holds where a lead does not say otherwise. */
export function WorkspaceScreen() {
  const text = useText();
  const { workspace } = useSession();
  const kept = draftOf(workspace);
  const [draft, setDraft] = useState(kept);
  const [problem, setProblem] = useState<Problem>();
  const save = useAction({
    label: () => say({ id: 'workspace.saved', defaultMessage: 'Saved the workspace' }),
    request: ({ name, ...settings }: Draft, key) =>
      bodyOf(api.PATCH('/workspace', { body: { name, settings }, headers: { 'Idempotency-Key': key } })),
    settle: (cache, made) => {
      setProblem(undefined);
      setDraft(draftOf(made));
      cache.setQueryData(sessionQuery.queryKey, (me) => me && { ...me, workspace: made });
    },
    refused: (refusal) => {
      setProblem(refusal);
      return Object.keys(refusal.errors).length > 0;
    },
  });
  const isDirty = JSON.stringify(draft) !== JSON.stringify(kept);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const error = (path: string) => sentence(problem?.errors[path]);
  return (
    <SettingsPage
      needs="workspace:manage"
      title={text({ id: 'workspace.title', defaultMessage: 'Workspace' })}
      lead={text({ id: 'workspace.lead', defaultMessage: 'What holds for everybody here, where a lead does not say otherwise.' })}
    >
      <Card>
        <form
          noValidate
          className="flex max-w-120 flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            void save.run(draft);
          }}
        >
          <TextField
            label={text({ id: 'workspace.name', defaultMessage: 'Name' })}
            value={draft.name}
            maxLength={120}
            onChange={(name) => change({ name })}
            error={error('name')}
          />
          <TextField
            label={text({ id: 'workspace.currency', defaultMessage: 'Currency' })}
            hint={text({ id: 'workspace.currency.hint', defaultMessage: 'Of amounts that name none, as a code of three letters such as EUR.' })}
            value={draft.currency}
            maxLength={3}
            onChange={(currency) => change({ currency: currency.toUpperCase() })}
            error={error('settings.currency')}
          />
          <TextField
            label={text({ id: 'workspace.country', defaultMessage: 'Country of phone numbers' })}
            hint={text({ id: 'workspace.country.hint', defaultMessage: 'Of numbers written without a country code, as two letters such as DE.' })}
            value={draft.defaultCountry}
            maxLength={2}
            onChange={(defaultCountry) => change({ defaultCountry: defaultCountry.toUpperCase() })}
            error={error('settings.defaultCountry')}
          />
          <ComboBox
            label={text({ id: 'workspace.zone', defaultMessage: 'Time zone' })}
            hint={text({ id: 'workspace.zone.hint', defaultMessage: 'In which the days of filters and figures begin.' })}
            options={zones(draft.timeZone)}
            value={draft.timeZone}
            onChange={(zone) => zone !== null && change({ timeZone: zone })}
            error={error('settings.timeZone')}
          />
          <div className="flex gap-2">
            <Button
              tone="primary"
              type="submit"
              isPending={save.pending}
              reason={isDirty ? undefined : text({ id: 'workspace.same', defaultMessage: 'Nothing has changed' })}
            >
              {text({ id: 'workspace.save', defaultMessage: 'Save' })}
            </Button>
            {isDirty && (
              <Button
                onPress={() => {
                  setDraft(kept);
                  setProblem(undefined);
                }}
              >
                {text({ id: 'workspace.discard', defaultMessage: 'Discard' })}
              </Button>
            )}
          </div>
        </form>
      </Card>
    </SettingsPage>
  );
}

/** Every zone the browser knows, and the one that is set even where it does not. */
export function zones(chosen: string): { id: string; label: string }[] {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen]);
  return [...known].filter(Boolean).map((id) => ({ id, label: id.replaceAll('_', ' ') }));
}
