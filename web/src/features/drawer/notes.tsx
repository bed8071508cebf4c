import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useAction } from '~/api/action';
import type { Lead, Note } from '~/api/queries/leads';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Avatar } from '~/ui/avatar';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { Kbd } from '~/ui/kbd';
import { MenuButton } from '~/ui/menu';
import { TextArea } from '~/ui/text-field';
import { addNote, deleteNote, editNote } from './note-actions';

/** The field first, then what was written: pinned notes above the others. */
export function Notes({ lead, notes }: { lead: Lead; notes: readonly Note[] }) {
  const text = useText();
  const { can } = useSession();
  return (
    <div className="flex flex-col gap-3">
      {can('notes:write') && !lead.deletedAt && <NoteField key={lead.id} lead={lead} />}
      {notes.length === 0 && (
        <p className="text-muted">
          {can('notes:write')
            ? text({ id: 'notes.none', defaultMessage: 'No notes yet.' })
            : text({ id: 'notes.none.right', defaultMessage: 'No notes yet. Your role may not write any.' })}
        </p>
      )}
      <ol className="flex flex-col gap-2.5">
        {notes.map((note) => (
          <NoteItem key={note.id} note={note} />
        ))}
      </ol>
    </div>
  );
}

const LONGEST = 20_000;

function NoteField({ lead }: { lead: Lead }) {
  const text = useText();
  const { user } = useSession();
  const [value, setValue] = useState('');
  const add = useAction(addNote);
  const field = useRef<HTMLTextAreaElement>(null);
  const save = () => {
    const written = value.trim();
    if (written === '') return;
    setValue('');
    void add.run({ lead, value: written, author: { id: user.id, name: user.name } }).then((outcome) => {
      // What was not taken is not lost.
      if (outcome.state === 'refused') setValue((now) => now || written);
    });
    field.current?.focus();
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        ref={field}
        label={text({ id: 'notes.new', defaultMessage: 'New note' })}
        labelHidden
        placeholder={text({ id: 'notes.placeholder', defaultMessage: 'Write a note' })}
        value={value}
        onChange={setValue}
        rows={2}
        maxLength={LONGEST}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            save();
          }
        }}
      />
      {value.trim() !== '' && (
        <Button tone="primary" size="small" onPress={save} className="self-end">
          {text({ id: 'notes.save', defaultMessage: 'Save note' })}
          <span className="opacity-80">
            <Kbd keys="mod+enter" tone="inverse" />
          </span>
        </Button>
      )}
    </div>
  );
}

/** `@[name](userId)` mentions a member. */
const MENTION = /@\[([^\]]+)\]\([0-9a-f-]{36}\)/g;

function NoteItem({ note }: { note: Note }) {
  const text = useText();
  const format = useFormats();
  const { user, can } = useSession();
  const edit = useAction(editNote);
  const remove = useAction(deleteNote);
  const [draft, setDraft] = useState<string>();
  const [isDeleting, setDeleting] = useState(false);
  const isOwn = note.author.id === user.id;
  const mayChange = (isOwn && can('notes:write')) || can('notes:moderate');
  const isSaved = note.version > 0;
  const save = () => {
    if (draft === undefined || draft.trim() === '') return;
    const value = draft.trim();
    setDraft(undefined);
    if (value !== note.value) void edit.run({ note, change: { value } });
  };
  const author = note.author.name ?? text({ id: 'drawer.system', defaultMessage: 'Leadline' });
  return (
    <li className="flex gap-2.5">
      <Avatar name={author} />
      <div className="min-w-0 flex-1">
        <p className="flex min-h-7 flex-wrap items-center gap-x-2 text-small text-muted">
          <span className="font-medium text-text">{author}</span>
          <time dateTime={note.createdAt} title={format.exact(note.createdAt)}>
            {format.ago(note.createdAt)}
          </time>
          {note.editedAt && <span>{text({ id: 'notes.edited', defaultMessage: 'edited' })}</span>}
          {note.pinned && (
            <span className="inline-flex items-center gap-1 text-accent-ink">
              <Pin size={12} />
              {text({ id: 'notes.pinned', defaultMessage: 'Pinned' })}
            </span>
          )}
          {mayChange && isSaved && (
            <span className="ms-auto">
              <MenuButton
                label={text({ id: 'notes.menu', defaultMessage: 'Note by {author}' }, { author })}
                icon={<Ellipsis size={15} />}
                size="small"
                placement="bottom end"
                items={[
                  {
                    id: 'edit',
                    label: text({ id: 'notes.edit', defaultMessage: 'Edit' }),
                    icon: <Pencil size={15} />,
                    onAction: () => setDraft(note.value),
                  },
                  {
                    id: 'pin',
                    label: note.pinned
                      ? text({ id: 'notes.unpin', defaultMessage: 'Unpin' })
                      : text({ id: 'notes.pin', defaultMessage: 'Pin to the top' }),
                    icon: note.pinned ? <PinOff size={15} /> : <Pin size={15} />,
                    onAction: () => void edit.run({ note, change: { pinned: !note.pinned } }),
                  },
                  {
                    id: 'delete',
                    label: text({ id: 'notes.delete', defaultMessage: 'Delete…' }),
                    icon: <Trash2 size={15} />,
                    tone: 'danger',
                    onAction: () => setDeleting(true),
                  },
                ]}
              />
            </span>
          )}
        </p>
        {draft === undefined ? (
          <p className="whitespace-pre-wrap wrap-anywhere" dir="auto">
            {note.value.replaceAll(MENTION, '@$1')}
          </p>
        ) : (
          <div className="flex flex-col gap-2">
            <TextArea
              label={text({ id: 'notes.edit.label', defaultMessage: 'Note' })}
              labelHidden
              value={draft}
              onChange={setDraft}
              autoFocus
              maxLength={LONGEST}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
                else if (event.key === 'Escape') {
                  event.stopPropagation();
                  setDraft(undefined);
                }
              }}
            />
            <span className="flex justify-end gap-2">
              <Button size="small" onPress={() => setDraft(undefined)}>
                {text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}
              </Button>
              <Button size="small" tone="primary" onPress={save}>
                {text({ id: 'notes.save', defaultMessage: 'Save note' })}
              </Button>
            </span>
          </div>
        )}
      </div>
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={text({ id: 'notes.delete.title', defaultMessage: 'Delete this note?' })}
        lead={text({ id: 'notes.delete.lead', defaultMessage: 'Its words are gone at once and cannot be had back.' })}
        action={text({ id: 'notes.delete.do', defaultMessage: 'Delete note' })}
        onConfirm={() => void remove.run(note)}
      />
    </li>
  );
}
