import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, type Schema, api, bodyOf, ifMatch } from '~/api/client';
import type { Field, FieldKind } from '~/api/queries/fields';
import { sentence } from '~/app/form';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { Switch } from '~/ui/switch';
import { TextField } from '~/ui/text-field';
import { TokensField } from '~/ui/tokens-field';
import { KINDS, canBeUnique, hasOptions } from './kinds';

interface FieldDialogProps {
  /** `new`, or the field that is edited; nothing while none is. */
  field: Field | 'new' | undefined;
  onClose: () => void;
}

interface Draft {
  readonly name: string;
  readonly type: FieldKind;
  readonly options: readonly string[];
  readonly required: boolean;
  readonly unique: boolean;
}

const draftOf = (field: Field | 'new' | undefined): Draft =>
  field === undefined || field === 'new'
    ? { name: '', type: 'text', options: [], required: false, unique: false }
    : { name: field.name, type: field.type, options: field.options, required: field.required, unique: field.unique };

/** What a field is called and what it holds. */
export function FieldDialog({ field, onClose }: FieldDialogProps) {
  // What is being edited stays drawn while the dialog closes.
  const [last, setLast] = useState(field);
  const [count, setCount] = useState(0);
  if (field !== undefined && field !== last) {
    setLast(field);
    setCount(count + 1);
  }
  return <FieldForm key={count} isOpen={field !== undefined} field={last} onClose={onClose} />;
}

function FieldForm({ isOpen, field, onClose }: { isOpen: boolean; field: Field | 'new' | undefined; onClose: () => void }) {
  const text = useText();
  const cache = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(field));
  const [problem, setProblem] = useState<Problem>();
  const known = field === 'new' ? undefined : field;
  const change = (part: Partial<Draft>) => {
    setProblem(undefined);
    setDraft({ ...draft, ...part });
  };
  const save = useAction({
    label: () => text({ id: 'fields.saved', defaultMessage: 'Saved the field {name}' }, { name: draft.name }),
    request: (wanted: Draft, key) => send(known, wanted, key),
    settle: () => void cache.invalidateQueries({ queryKey: ['fields'] }),
    refused: (refusal) => {
      setProblem(refusal);
      return true;
    },
  });
  const run = async () => {
    const { state } = await save.run(draft);
    if (state === 'done') onClose();
  };
  const reason =
    draft.name.trim() === ''
      ? text({ id: 'fields.name.none', defaultMessage: 'Give the field a name.' })
      : hasOptions(draft.type) && draft.options.length === 0
        ? text({ id: 'fields.options.none', defaultMessage: 'Write at least one option.' })
        : undefined;
  const nameError = sentence(problem?.errors['name'] ?? problem?.errors['key']);
  const optionsError = sentence(problem?.errors['options']);
  const kinds = Object.keys(KINDS) as FieldKind[];
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      isDirty={JSON.stringify(draft) !== JSON.stringify(draftOf(field))}
      title={
        known
          ? text({ id: 'fields.edit', defaultMessage: 'Edit {name}' }, { name: known.name })
          : text({ id: 'fields.new', defaultMessage: 'New field' })
      }
      onConfirm={() => reason === undefined && void run()}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'fields.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" isPending={save.pending} reason={reason} onPress={() => void run()}>
            {known ? text({ id: 'fields.save', defaultMessage: 'Save' }) : text({ id: 'fields.make', defaultMessage: 'Add the field' })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextField
          autoFocus
          label={text({ id: 'fields.name', defaultMessage: 'Name' })}
          value={draft.name}
          maxLength={100}
          onChange={(name) => change({ name })}
          {...(nameError !== undefined && { error: nameError })}
        />
        <Select<FieldKind>
          label={text({ id: 'fields.type', defaultMessage: 'Holds' })}
          value={draft.type}
          onChange={(type) => change({ type, unique: draft.unique && canBeUnique(type) })}
          options={kinds.map((id) => ({ id, label: text(KINDS[id]) }))}
        />
        {known && draft.type !== known.type && (
          <Banner tone="warning">
            {text({ id: 'fields.type.warn', defaultMessage: 'Values of the former kind stay as they are, and count as missing for filters of the new kind.' })}
          </Banner>
        )}
        {hasOptions(draft.type) && (
          <TokensField
            label={text({ id: 'fields.options', defaultMessage: 'Options, in their order' })}
            value={draft.options}
            onChange={(options) => change({ options })}
            maxLength={100}
            {...(optionsError !== undefined && { error: optionsError })}
          />
        )}
        <Switch
          isSelected={draft.required}
          onChange={(required) => change({ required })}
          hint={text({ id: 'fields.required.hint', defaultMessage: 'People must fill it in when they add a lead.' })}
        >
          {text({ id: 'fields.required', defaultMessage: 'Required' })}
        </Switch>
        {canBeUnique(draft.type) && (
          <Switch
            isSelected={draft.unique}
            onChange={(unique) => change({ unique })}
            hint={text({ id: 'fields.unique.hint', defaultMessage: 'No two leads have the same value, and people are known by it.' })}
          >
            {text({ id: 'fields.unique', defaultMessage: 'Unique' })}
          </Switch>
        )}
        {problem && nameError === undefined && optionsError === undefined && <Banner tone="danger">{problem.detail}</Banner>}
      </div>
    </Dialog>
  );
}

function send(known: Field | undefined, draft: Draft, key: string): Promise<Schema<'Field'>> {
  const { name, type, required, unique } = draft;
  const options = hasOptions(type) ? { options: [...draft.options] } : {};
  const headers = { 'Idempotency-Key': key };
  const body = { name: name.trim(), type, required, unique, ...options };
  if (!known) return bodyOf(api.POST('/lead-fields', { body, headers }));
  const params = { path: { id: known.id }, header: ifMatch(known.version) };
  return bodyOf(api.PATCH('/lead-fields/{id}', { params, body, headers }));
}
