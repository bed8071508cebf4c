import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { runAction, type ActionDefinition } from '~/api/action';
import { api, bodyOf, type Schema } from '~/api/client';
import { type Import, changeSetQuery, settleImport } from '~/api/queries/imports';
import { refreshLists } from '~/api/queries/leads';
import { say, useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { Skeleton } from '~/ui/skeleton';
import { explain, useOfflineReason } from './parts';

type OnChanged = Schema<'OnChanged'>;

/** The undoing is a change set of its own, so it can be undone from the list of changes; not from here. */
const undoImport: ActionDefinition<{ known: Import; onChanged: OnChanged }, Import> = {
  label: ({ known }) => say({ id: 'imports.undo.done', defaultMessage: 'Took back the import of {name}' }, { name: known.name }),
  request: ({ known, onChanged }, key) =>
    bodyOf(
      api.POST('/imports/{id}/undo', {
        params: { path: { id: known.id } },
        body: { onChanged },
        headers: { 'Idempotency-Key': key },
      }),
    ),
  settle: (cache, known) => {
    settleImport(cache, known);
    void cache.invalidateQueries({ queryKey: ['change-sets'] });
    refreshLists(cache);
  },
  refused: () => true,
};

/** Takes a run back, after saying what was changed since and asking what becomes of that. */
export function UndoImport({ known, changeSet }: { known: Import; changeSet: string }) {
  const text = useText();
  const cache = useQueryClient();
  const offline = useOfflineReason();
  const [isAsked, setAsked] = useState(false);
  const [onChanged, setOnChanged] = useState<OnChanged>('skip');
  const isUndone = known.state === 'undone';
  const [openedAt] = useState(() => Date.now());
  const isLate = new Date(known.keptUntil).getTime() < openedAt;
  const late = isLate ? text({ id: 'imports.undo.late', defaultMessage: 'An import can be taken back for 30 days.' }) : undefined;
  const already = isUndone ? text({ id: 'imports.undo.already', defaultMessage: 'It was taken back already.' }) : undefined;
  return (
    <>
      <Button icon={<Undo2 size={15} />} reason={already ?? late ?? offline} onRefused={explain} onPress={() => setAsked(true)}>
        {text({ id: 'imports.undo', defaultMessage: 'Undo import' })}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={text({ id: 'imports.undo.title', defaultMessage: 'Take this import back?' })}
        lead={text({ id: 'imports.undo.lead', defaultMessage: 'New leads go to the trash. Leads that were updated get back what they held.' })}
        action={text({ id: 'imports.undo.do', defaultMessage: 'Undo import' })}
        onConfirm={async () => {
          const outcome = await runAction(cache, undoImport, { known, onChanged });
          if (outcome.state === 'refused') throw outcome.problem;
        }}
      >
        {isAsked && <Prospect changeSet={changeSet} onChanged={onChanged} onChoose={setOnChanged} />}
      </ConfirmDialog>
    </>
  );
}

/** What would become of the leads, as far as the server has looked. */
function Prospect({ changeSet, onChanged, onChoose }: { changeSet: string; onChanged: OnChanged; onChoose: (choice: OnChanged) => void }) {
  const text = useText();
  const { data, error } = useQuery(changeSetQuery(changeSet));
  if (error) return <Banner tone="danger">{error.message}</Banner>;
  if (!data) return <Skeleton className="h-12 w-full" />;
  const changed = data.undo.changedSince;
  return (
    <div className="flex flex-col gap-3">
      <p>
        {text(
          {
            id: 'imports.undo.prospect',
            defaultMessage: 'It is about {leads, plural, one {# lead} other {# leads}}. {changed, plural, =0 {None was changed since.} one {# was changed since.} other {# were changed since.}}',
          },
          { leads: data.leads, changed },
        )}
      </p>
      {changed > 0 && (
        <Select
          label={text({ id: 'imports.undo.changed', defaultMessage: 'What was changed since' })}
          value={onChanged}
          onChange={onChoose}
          options={[
            { id: 'skip', label: text({ id: 'imports.undo.skip', defaultMessage: 'Stays as it is now' }) },
            { id: 'overwrite', label: text({ id: 'imports.undo.overwrite', defaultMessage: 'Is overwritten with what was there before' }) },
          ]}
        />
      )}
    </div>
  );
}
