import { Settings2, Sparkles } from 'lucide-react';
import type { DetectedColumn, ImportColumn, ImportField, ImportPlan } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { Badge } from '~/ui/badge';
import { ComboBox } from '~/ui/combo-box';
import { PopoverButton } from '~/ui/popover';
import { Select } from '~/ui/select';
import { cx } from '~/ui/cx';
import { KIND_WORDS } from './kind-words';
import { freeField, isKept, withColumn } from './plan';
import { TransformPanel } from './transform-panel';

/** What the choice of a place says besides the places themselves. */
const NOWHERE = '-';
const KEPT = '=';
const NEW_FIELD = '+';

interface Props {
  column: DetectedColumn;
  decided: ImportColumn;
  plan: ImportPlan;
  fields: readonly ImportField[];
  /** Nobody has changed it since the file came in. */
  isSuggested: boolean;
  columns: readonly DetectedColumn[];
  isLocked: boolean;
  mayDefine: boolean;
  onChange: (columns: ImportColumn[]) => void;
  error: string | undefined;
}

/** One column of the file: what stands in it, where it goes, and what is done to it on the way. */
export function ColumnCard(props: Props) {
  const { column, decided, plan, fields, isSuggested, columns, isLocked, mayDefine, onChange, error } = props;
  const text = useText();
  const name = nameOf(column, text);
  const change = (part: Partial<ImportColumn>) => onChange(withColumn(plan, column.column, part));
  const defined = fields.map((it) => it.field);
  const isNew = decided.define != null;
  const kept = isKept(decided, defined);
  const ownField = () => (isNew || kept ? decided.field : undefined) ?? freeField(plan, defined, column);
  const choose = (field: string | null) => {
    if (field === null) return;
    if (field === NOWHERE) change({ field: null, define: null });
    else if (field === KEPT) change({ field: ownField(), define: null });
    else if (field === NEW_FIELD) change({ field: ownField(), define: column.guess });
    else change({ field, define: null });
  };
  const options = [
    { id: NOWHERE, label: text({ id: 'imports.column.nowhere', defaultMessage: 'Leave out' }) },
    { id: KEPT, label: text({ id: 'imports.column.kept', defaultMessage: 'Keep with the lead as “{name}”' }, { name }) },
    ...(mayDefine || isNew
      ? [{ id: NEW_FIELD, label: text({ id: 'imports.column.new', defaultMessage: 'New custom field “{name}”' }, { name }) }]
      : []),
    ...fields.map((it) => ({ id: it.field, label: it.name })),
  ];
  const value = decided.field == null ? NOWHERE : isNew ? NEW_FIELD : kept ? KEPT : decided.field;
  return (
    <li
      data-column={column.column}
      className={cx(
        'grid gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-t-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)_9.5rem_auto] md:items-start',
        decided.field == null && 'bg-canvas',
      )}
    >
      <div className="min-w-0">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-semibold" dir="auto">{name}</span>
          {isSuggested && decided.field != null && (
            <Badge tone="accent" icon={<Sparkles size={11} />}>
              {text({ id: 'imports.column.suggested', defaultMessage: 'suggested' })}
            </Badge>
          )}
        </p>
        <p className="truncate text-small text-muted" dir="auto">
          {column.samples.length === 0
            ? text({ id: 'imports.column.empty', defaultMessage: 'No values in the first rows' })
            : column.samples.join(' · ')}
        </p>
      </div>
      <div className="flex min-w-0 gap-2">
        <ComboBox
          className="flex-1"
          label={text({ id: 'imports.column.goes', defaultMessage: '{name} goes to' }, { name })}
          labelHidden
          options={options}
          value={value}
          onChange={choose}
          isDisabled={isLocked}
          error={error}
        />
        {isNew && (
          <Select
            className="w-32"
            label={text({ id: 'imports.column.kind', defaultMessage: 'Kind of the new field {name}' }, { name })}
            labelHidden
            value={decided.define ?? 'text'}
            onChange={(define) => change({ define })}
            isDisabled={isLocked}
            options={KIND_WORDS.map(([id, words]) => ({ id, label: text(words) }))}
          />
        )}
      </div>
      <Select
        label={text({ id: 'imports.column.write', defaultMessage: 'When a lead has {name} already' }, { name })}
        labelHidden
        value={decided.write ?? 'fillIfEmpty'}
        onChange={(write) => change({ write })}
        isDisabled={isLocked || decided.field == null}
        options={[
          { id: 'fillIfEmpty', label: text({ id: 'imports.write.fill', defaultMessage: 'Fill if empty' }) },
          { id: 'overwrite', label: text({ id: 'imports.write.over', defaultMessage: 'Overwrite' }) },
          { id: 'never', label: text({ id: 'imports.write.never', defaultMessage: 'Only new leads' }) },
        ]}
      />
      <PopoverButton
        label={text({ id: 'imports.column.changes', defaultMessage: 'Change values of {name}' }, { name })}
        aria-label={text({ id: 'imports.column.changes', defaultMessage: 'Change values of {name}' }, { name })}
        icon={<Settings2 size={15} />}
        className="justify-self-start"
        renderPanel={() => (
          <TransformPanel column={decided} detected={column} columns={columns} isLocked={isLocked} onChange={(transforms) => change({ transforms })} />
        )}
      >
        {decided.transforms?.length ? String(decided.transforms.length) : ''}
      </PopoverButton>
    </li>
  );
}

type Say = ReturnType<typeof useText>;

/** The name of a column as the file has it, or its place. */
export const nameOf = (column: Pick<DetectedColumn, 'header' | 'column'>, text: Say): string =>
  column.header || text({ id: 'imports.column.nameless', defaultMessage: 'Column {number}' }, { number: column.column + 1 });
