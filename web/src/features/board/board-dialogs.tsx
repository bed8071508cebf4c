import { useState } from 'react';
import { useStore } from '~/app/store';
import { showProblem } from '~/api/action';
import { api, asProblem } from '~/api/client';
import { useText, type Words } from '~/i18n';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { Segmented } from '~/ui/segmented';
import { TextArea, TextField } from '~/ui/text-field';
import { tagLeads } from './bulk-actions';
import { useScreen } from './lead-card';
import type { Open } from './screen';

/** The dialogs of the board. Each gives focus back to the board's cursor when it closes. */
export function BoardDialogs() {
  const screen = useScreen();
  const open = useStore(screen.open);
  const close = () => {
    screen.open.set(undefined);
    // The dialog gives focus back itself first.
    requestAnimationFrame(() => requestAnimationFrame(() => screen.controller.focusCursor()));
  };
  return (
    <>
      <TagDialog ids={open?.kind === 'tag' ? open.ids : undefined} onClose={close} />
      <LostDialog id={open?.kind === 'lost' ? open.id : undefined} onClose={close} />
      <RefusedDialog refused={open?.kind === 'refused' ? open : undefined} onClose={close} />
    </>
  );
}

function TagDialog({ ids, onClose }: { ids: readonly string[] | undefined; onClose: () => void }) {
  const screen = useScreen();
  const text = useText();
  const [written, setWritten] = useState('');
  const tags = written.split(',').map((it) => it.trim()).filter(Boolean);
  const done = () => {
    setWritten('');
    onClose();
  };
  const save = () => {
    if (ids && tags.length > 0) void tagLeads(screen, { ids }, tags);
    done();
  };
  const count = ids?.length ?? 0;
  return (
    <Dialog
      isOpen={ids !== undefined}
      onClose={done}
      size="small"
      title={text({ id: 'board.tag.title', defaultMessage: 'Add tags to {count, plural, one {# lead} other {# leads}}' }, { count })}
      onConfirm={save}
      footer={
        <>
          <Button onPress={done}>{text({ id: 'board.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button
            tone="primary"
            onPress={save}
            reason={tags.length === 0 ? text({ id: 'board.tag.none', defaultMessage: 'Write at least one tag.' }) : undefined}
          >
            {text({ id: 'board.tag.save', defaultMessage: 'Add tags' })}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={text({ id: 'board.tag.label', defaultMessage: 'Tags, separated by commas' })}
        value={written}
        onChange={setWritten}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
        }}
      />
    </Dialog>
  );
}

const REASONS: Record<string, Words> = {
  price: { id: 'board.lost.price', defaultMessage: 'Price' },
  competitor: { id: 'board.lost.competitor', defaultMessage: 'Competitor' },
  timing: { id: 'board.lost.timing', defaultMessage: 'Timing' },
  silence: { id: 'board.lost.silence', defaultMessage: 'No answer' },
  other: { id: 'board.lost.other', defaultMessage: 'Other' },
};

/** Asks why a lead was lost, while it is remembered. The answer is kept as a note of the lead. */
function LostDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { store } = useScreen();
  const text = useText();
  const [reason, setReason] = useState('price');
  const [note, setNote] = useState('');
  const done = () => {
    setNote('');
    onClose();
  };
  const save = () => {
    const why = text(REASONS[reason] ?? { id: 'board.lost.other', defaultMessage: 'Other' });
    const values = { why, note: note.trim() };
    const body = note.trim()
      ? text({ id: 'board.lost.note', defaultMessage: 'Lost: {why}. {note}' }, values)
      : text({ id: 'board.lost.note.short', defaultMessage: 'Lost: {why}.' }, values);
    if (id !== undefined) void keepNote(id, body);
    done();
  };
  const name = id === undefined ? '' : (store.card(id)?.name ?? '');
  return (
    <Dialog
      isOpen={id !== undefined}
      onClose={done}
      title={text({ id: 'board.lost.title', defaultMessage: 'Why was {name} lost?' }, { name })}
      lead={text({ id: 'board.lost.lead', defaultMessage: 'The reason is kept as a note of the lead.' })}
      onConfirm={save}
      footer={
        <>
          <Button onPress={done}>{text({ id: 'board.lost.skip', defaultMessage: 'Skip' })}</Button>
          <Button tone="primary" onPress={save}>
            {text({ id: 'board.lost.save', defaultMessage: 'Save the reason' })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Segmented
          label={text({ id: 'board.lost.reason', defaultMessage: 'Reason' })}
          segments={Object.entries(REASONS).map(([key, words]) => ({ id: key, label: text(words) }))}
          value={reason}
          onChange={setReason}
          className="flex-wrap"
        />
        <TextArea
          label={text({ id: 'board.lost.more', defaultMessage: 'Anything else (optional)' })}
          value={note}
          onChange={setNote}
          maxLength={2000}
          rows={2}
        />
      </div>
    </Dialog>
  );
}

async function keepNote(id: string, value: string): Promise<void> {
  try {
    await api.POST('/leads/{id}/notes', { params: { path: { id } }, body: { value } });
  } catch (thrown) {
    showProblem(asProblem(thrown));
  }
}

/** Of several leads some could not be moved: they are named, and the rest can be kept or taken back. */
function RefusedDialog({ refused, onClose }: { refused: Extract<Open, { kind: 'refused' }> | undefined; onClose: () => void }) {
  const text = useText();
  const takeBack = () => {
    onClose();
    refused?.undo().catch((thrown: unknown) => showProblem(asProblem(thrown)));
  };
  return (
    <Dialog
      isOpen={refused !== undefined}
      onClose={onClose}
      size="small"
      title={text(
        { id: 'board.refused.title', defaultMessage: '{count, plural, one {# lead was} other {# leads were}} not moved' },
        { count: refused?.names.length ?? 0 },
      )}
      lead={text({ id: 'board.refused.lead', defaultMessage: 'They are gone, or not yours to see any more.' })}
      footer={
        <>
          <Button onPress={takeBack}>{text({ id: 'board.refused.undo', defaultMessage: 'Take all back' })}</Button>
          <Button tone="primary" onPress={onClose}>
            {text({ id: 'board.refused.keep', defaultMessage: 'Keep the rest' })}
          </Button>
        </>
      }
    >
      <ul className="list-disc ps-5">
        {refused?.names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </Dialog>
  );
}
