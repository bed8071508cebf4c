import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { leadGroupsQuery } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { CheckList } from '~/ui/check-list';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { TokensField } from '~/ui/tokens-field';
import type { Directory } from '../directory';
import { type FilterField, shapeOf } from './fields';
import type { FilterValue, Test } from './model';
import { LengthEditor, PeriodEditor, WhenEditor } from './time-editors';
import { personName, stageName, stageTypeName } from './words';

export interface ValueEditorProps {
  field: FilterField;
  test: Test;
  onChange: (value: FilterValue | undefined) => void;
  directory: Directory;
  /** Draws no labels: the rows of the builder name their parts once. */
  labelHidden?: boolean;
}

/** Chooses what a field is compared with, in the way that its kind and comparison need. */
export function ValueEditor(props: ValueEditorProps) {
  const { field, test, onChange, labelHidden = true } = props;
  const text = useText();
  const label = text({ id: 'filter.value', defaultMessage: 'Value' });
  switch (shapeOf(field.kind, test.op)) {
    case 'none':
      return null;
    case 'period':
      return <PeriodEditor value={test.value} onChange={onChange} />;
    case 'length':
      return <LengthEditor value={test.value} onChange={onChange} />;
    case 'when':
      return <WhenEditor label={label} value={test.value} onChange={onChange} allowsRelative={test.op !== 'on'} />;
    case 'whens':
      return <TwoTimes {...props} />;
    case 'two':
      return <TwoNumbers {...props} />;
    case 'many':
      return <Many {...props} />;
    case 'one':
      if (field.kind === 'boolean' || field.kind === 'converted') return <YesNo {...props} />;
      return (
        <TextField
          label={label}
          labelHidden={labelHidden}
          value={String(test.value ?? '')}
          onChange={(value) => onChange(field.kind === 'number' ? numberOf(value) : value)}
          inputMode={field.kind === 'number' ? 'decimal' : 'text'}
          maxLength={200}
        />
      );
  }
}

/** What is no number yet, such as a lone minus, is kept as it was typed and asks for nothing. */
function numberOf(typed: string): FilterValue | undefined {
  const value = Number(typed.replace(',', '.'));
  return typed.trim() === '' ? undefined : Number.isFinite(value) && !/[.,]$/.test(typed) ? value : typed;
}

function YesNo({ test, onChange }: ValueEditorProps) {
  const text = useText();
  return (
    <Select
      label={text({ id: 'filter.value', defaultMessage: 'Value' })}
      labelHidden
      options={[
        { id: 'true', label: text({ id: 'filter.yes', defaultMessage: 'yes' }) },
        { id: 'false', label: text({ id: 'filter.no', defaultMessage: 'no' }) },
      ]}
      value={test.value === undefined ? null : String(test.value)}
      onChange={(value) => onChange(value === 'true')}
    />
  );
}

function ends(test: Test): [FilterValue | undefined, FilterValue | undefined] {
  const [from, to] = Array.isArray(test.value) ? (test.value as FilterValue[]) : [];
  return [from === '' ? undefined : from, to === '' ? undefined : to];
}

/** An end that is not known yet holds its place as empty text, by which the test is not finished. */
const pair = (from: FilterValue | undefined, to: FilterValue | undefined) => [from ?? '', to ?? ''] as FilterValue;

function TwoNumbers({ test, onChange }: ValueEditorProps) {
  const text = useText();
  const [from, to] = ends(test);
  return (
    <div className="flex items-center gap-2">
      <TextField
        label={text({ id: 'filter.from', defaultMessage: 'From' })}
        labelHidden
        inputMode="decimal"
        value={String(from ?? '')}
        onChange={(value) => onChange(pair(numberOf(value), to))}
        className="flex-1"
      />
      <span className="text-muted">–</span>
      <TextField
        label={text({ id: 'filter.to', defaultMessage: 'To' })}
        labelHidden
        inputMode="decimal"
        value={String(to ?? '')}
        onChange={(value) => onChange(pair(from, numberOf(value)))}
        className="flex-1"
      />
    </div>
  );
}

function TwoTimes({ test, onChange }: ValueEditorProps) {
  const text = useText();
  const [from, to] = ends(test);
  return (
    <div className="flex flex-col gap-2">
      <WhenEditor
        label={text({ id: 'filter.from', defaultMessage: 'From' })}
        value={from}
        onChange={(value) => onChange(pair(value, to))}
        allowsRelative
      />
      <WhenEditor
        label={text({ id: 'filter.to', defaultMessage: 'To' })}
        value={to}
        onChange={(value) => onChange(pair(from, value))}
        allowsRelative
      />
    </div>
  );
}

function Many({ field, test, onChange, directory }: ValueEditorProps) {
  const text = useText();
  const chosen = useMemo(() => (Array.isArray(test.value) ? test.value.map(String) : []), [test.value]);
  const label = text({ id: 'filter.values', defaultMessage: 'Values' });
  const options = useOptions(field, directory);
  const change = (values: string[]) => onChange(values.length === 0 ? undefined : values);
  const suggestions = useSuggestions(field);
  if (!options) {
    return (
      <TokensField
        label={label}
        labelHidden
        value={chosen}
        onChange={change}
        suggestions={suggestions}
        maxLength={200}
        placeholder={text({ id: 'filter.values.type', defaultMessage: 'Type, then Enter' })}
      />
    );
  }
  return <CheckList label={label} options={options} value={chosen} onChange={change} />;
}

function useOptions(field: FilterField, directory: Directory): { id: string; label: string }[] | undefined {
  return useMemo(() => {
    switch (field.kind) {
      case 'owner': {
        const people = directory.members.map((it) => ({ id: it.userId, label: it.name }));
        return [
          ...['me', 'myTeam', 'nobody'].map((id) => ({ id, label: sentence(personName(directory, id)) })),
          ...people,
        ];
      }
      case 'stage':
        return directory.stages.map((it) => ({ id: it.id, label: stageName(directory, it.id) }));
      case 'pipeline':
        return directory.pipelines.map((it) => ({ id: it.id, label: it.name }));
      case 'stageType':
        return ['open', 'won', 'lost'].map((id) => ({ id, label: stageTypeName(id) }));
      case 'choice':
      case 'multi':
        return (field.options ?? []).map((id) => ({ id, label: id }));
      default:
        return undefined;
    }
  }, [field, directory]);
}

const sentence = (words: string) => words.charAt(0).toLocaleUpperCase() + words.slice(1);

/** What leads have already, so that nobody has to remember how it is spelt. */
function useSuggestions(field: FilterField): string[] {
  const groupBy = field.kind === 'tags' ? 'tag' : field.kind === 'source' ? 'source' : undefined;
  const groups = useQuery({ ...leadGroupsQuery({}, groupBy ?? 'source'), enabled: groupBy !== undefined });
  return useMemo(
    () => (groups.data?.groups ?? []).flatMap((it) => (it.key == null ? [] : [it.label ?? it.key])),
    [groups.data],
  );
}
