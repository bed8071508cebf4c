import { Suspense, lazy, useState } from 'react';
import type { Field } from '~/api/queries/fields';
import type { Schema } from '~/api/client';
import { useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { inputModeOf, typedValue } from '~/kit/field-values';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { Segmented } from '~/ui/segmented';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';

const CheckList = lazy(() => import('~/ui/check-list').then((it) => ({ default: it.CheckList })));
const DateField = lazy(() => import('~/ui/date-field').then((it) => ({ default: it.DateField })));

type Edit = Schema<'BulkEdit'>;

/** What of a lead can be the same in many. */
interface Editable {
  id: string;
  label: string;
  type: Field['type'];
  options: readonly string[];
  /** A field that has to have a value, or of which no two leads share one. */
  only?: 'filled' | 'empty' | undefined;
}

interface Props {
  count: number;
  onClose: () => void;
  onEdit: (edit: Edit, field: string, value: string) => void;
}

/** One field of the selected leads: which one, and what it shall say in all of them. */
export default function EditDialog({ count, onClose, onEdit }: Props) {
  const text = useText();
  const fields = useEditable();
  const [id, setId] = useState<string | null>(null);
  const [value, setValue] = useState<string | string[]>('');
  const [isEmptied, setEmptied] = useState(false);
  const field = fields.find((it) => it.id === id);
  const mustEmpty = field?.only === 'empty';
  const empties = mustEmpty || (isEmptied && field?.only !== 'filled');
  const reason = !field
    ? text({ id: 'bulk.edit.none', defaultMessage: 'Choose a field first' })
    : !empties && value.length === 0
      ? text({ id: 'bulk.edit.novalue', defaultMessage: 'Say what it shall be, or empty it' })
      : undefined;
  const save = () => {
    if (!field || reason !== undefined) return;
    const shown = Array.isArray(value) ? value.join(', ') : value;
    onEdit(editOf(field, empties ? null : value), field.label, empties ? '' : shown);
  };
  const words = text(
    { id: 'bulk.edit.do', defaultMessage: 'Change {count, plural, one {# lead} other {# leads}}' },
    { count },
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="small"
      title={text({ id: 'bulk.edit.title', defaultMessage: 'Edit a field' })}
      lead={text({ id: 'bulk.edit.lead', defaultMessage: 'All selected leads get the same value. Undo brings back what each had.' })}
      onConfirm={save}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" onPress={save} {...(reason !== undefined && { reason })}>
            {words}
          </Button>
        </>
      }
    >
      <div className="flex min-h-36 flex-col gap-4 py-1">
        <Select
          label={text({ id: 'bulk.edit.field', defaultMessage: 'Field' })}
          value={id}
          onChange={(chosen) => {
            setId(chosen);
            setValue('');
            setEmptied(false);
          }}
          placeholder={text({ id: 'bulk.edit.choose', defaultMessage: 'Choose a field' })}
          options={fields.map((it) => ({ id: it.id, label: it.label }))}
          autoFocus
        />
        {field && !empties && (
          <Suspense>
            <ValueInput key={field.id} field={field} value={value} onChange={setValue} onEnter={save} />
          </Suspense>
        )}
        {field && field.only !== 'filled' && (
          <Checkbox
            isSelected={empties}
            onChange={setEmptied}
            isDisabled={mustEmpty}
            {...(mustEmpty && {
              hint: text({ id: 'bulk.edit.unique', defaultMessage: 'No two leads may share a value of this field.' }),
            })}
          >
            {text({ id: 'bulk.edit.empty', defaultMessage: 'Empty the field' })}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
}

interface ValueProps {
  field: Editable;
  value: string | string[];
  onChange: (value: string | string[]) => void;
  /** Enter in a line of text. */
  onEnter: () => void;
}

function ValueInput({ field, value, onChange, onEnter }: ValueProps) {
  const text = useText();
  const label = text({ id: 'bulk.edit.value', defaultMessage: 'New value' });
  const one = Array.isArray(value) ? '' : value;
  switch (field.type) {
    case 'boolean':
      return (
        <Segmented
          label={label}
          value={one}
          onChange={onChange}
          segments={[
            { id: 'true', label: text({ id: 'filter.yes', defaultMessage: 'yes' }) },
            { id: 'false', label: text({ id: 'filter.no', defaultMessage: 'no' }) },
          ]}
        />
      );
    case 'choice':
      return (
        <Select
          label={label}
          value={one === '' ? null : one}
          onChange={onChange}
          options={field.options.map((it) => ({ id: it, label: it }))}
        />
      );
    case 'multiChoice':
      return (
        <CheckList
          label={label}
          options={field.options.map((it) => ({ id: it, label: it }))}
          value={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      );
    case 'date':
      return <DateField label={label} value={one} onChange={onChange} />;
    default:
      return (
        <TextField
          label={label}
          value={one}
          onChange={onChange}
          onKeyDown={(event) => event.key === 'Enter' && onEnter()}
          inputMode={inputModeOf(field.type)}
          maxLength={4096}
        />
      );
  }
}

function useEditable(): Editable[] {
  const text = useText();
  const directory = useDirectory();
  const own: Editable[] = [
    { id: 'company', label: text({ id: 'field.company', defaultMessage: 'Company' }), type: 'text', options: [] },
    { id: 'title', label: text({ id: 'field.title', defaultMessage: 'Title' }), type: 'text', options: [] },
    { id: 'source', label: text({ id: 'field.source', defaultMessage: 'Source' }), type: 'text', options: [], only: 'filled' },
    { id: 'score', label: text({ id: 'field.score', defaultMessage: 'Score' }), type: 'number', options: [], only: 'filled' },
    { id: 'value', label: text({ id: 'field.value', defaultMessage: 'Value' }), type: 'money', options: [] },
  ];
  const custom = directory.fields.map((it): Editable => ({
    id: `customFields.${it.key}`,
    label: it.name,
    type: it.type,
    options: it.options ?? [],
    only: it.unique ? 'empty' : it.required ? 'filled' : undefined,
  }));
  return [...own, ...custom];
}

/** What is sent for it. */
export function editOf({ id, type }: Pick<Editable, 'id' | 'type'>, value: string | string[] | null): Edit {
  const sent = typeof value === 'string' ? (type === 'boolean' ? value === 'true' : typedValue(value, { type })) : value;
  const key = id.startsWith('customFields.') ? id.slice('customFields.'.length) : undefined;
  return key === undefined ? ({ [id]: sent } as Edit) : { customFields: { [key]: sent } };
}
