import type { DetectedColumn, ImportColumn, ImportTransform } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { Checkbox } from '~/ui/checkbox';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { nameOf } from './column-card';
import { SIMPLE, simpleOf, transformOf, withSimple, withTransform } from './plan';
import { SIMPLE_WORDS } from './words';

interface Props {
  column: ImportColumn;
  detected: DetectedColumn;
  columns: readonly DetectedColumn[];
  isLocked: boolean;
  onChange: (transforms: ImportTransform[]) => void;
}

const AS_IS = '-';

/** What is done to the values of a column on their way, in the order of the list. */
export function TransformPanel({ column, detected, columns, isLocked, onChange }: Props) {
  const text = useText();
  const chosen = simpleOf(column);
  const join = transformOf(column, 'join');
  const others = columns.filter((it) => it.column !== detected.column);
  return (
    <div className="flex w-72 max-w-full flex-col gap-3 p-3">
      <div className="flex flex-col gap-1">
        {SIMPLE.map((kind) => (
          <Checkbox
            key={kind}
            isSelected={chosen.includes(kind)}
            isDisabled={isLocked}
            onChange={(on) => onChange(withSimple(column, on ? [...chosen, kind] : chosen.filter((it) => it !== kind)))}
          >
            {text(SIMPLE_WORDS[kind])}
          </Checkbox>
        ))}
      </div>
      <Select
        label={text({ id: 'imports.transform.split', defaultMessage: 'Of a whole name' })}
        value={transformOf(column, 'splitName')?.part ?? AS_IS}
        isDisabled={isLocked}
        onChange={(part) => onChange(withTransform(column, 'splitName', part === AS_IS ? undefined : { kind: 'splitName', part }))}
        options={[
          { id: AS_IS, label: text({ id: 'imports.transform.whole', defaultMessage: 'All of it' }) },
          { id: 'first', label: text({ id: 'imports.transform.first', defaultMessage: 'The first name' }) },
          { id: 'last', label: text({ id: 'imports.transform.last', defaultMessage: 'The last name' }) },
        ]}
      />
      <Select
        label={text({ id: 'imports.transform.date', defaultMessage: 'Dates of this column' })}
        value={transformOf(column, 'date')?.order ?? AS_IS}
        isDisabled={isLocked}
        onChange={(order) => onChange(withTransform(column, 'date', order === AS_IS ? undefined : { kind: 'date', order }))}
        options={[
          { id: AS_IS, label: text({ id: 'imports.transform.date.as', defaultMessage: 'As in the rest of the file' }) },
          { id: 'dmy', label: text({ id: 'imports.dates.dmy', defaultMessage: 'Day, month, year' }) },
          { id: 'mdy', label: text({ id: 'imports.dates.mdy', defaultMessage: 'Month, day, year' }) },
          { id: 'ymd', label: text({ id: 'imports.dates.ymd', defaultMessage: 'Year, month, day' }) },
        ]}
      />
      <Select
        label={text({ id: 'imports.transform.join', defaultMessage: 'Followed by the column' })}
        value={join?.columns[0] === undefined ? AS_IS : String(join.columns[0])}
        isDisabled={isLocked}
        onChange={(other) =>
          onChange(withTransform(column, 'join', other === AS_IS ? undefined : { kind: 'join', columns: [Number(other)], with: ' ' }))
        }
        options={[
          { id: AS_IS, label: text({ id: 'imports.transform.join.none', defaultMessage: 'None' }) },
          ...others.map((it) => ({ id: String(it.column), label: nameOf(it, text) })),
        ]}
      />
      <IfEmpty column={column} isLocked={isLocked} onChange={onChange} />
    </div>
  );
}

function IfEmpty({ column, isLocked, onChange }: Pick<Props, 'column' | 'isLocked' | 'onChange'>) {
  const text = useText();
  const value = transformOf(column, 'ifEmpty')?.value ?? '';
  return (
    <TextField
      label={text({ id: 'imports.transform.empty', defaultMessage: 'Where it is empty' })}
      placeholder={text({ id: 'imports.transform.empty.none', defaultMessage: 'Stays empty' })}
      defaultValue={value}
      isDisabled={isLocked}
      maxLength={1000}
      onBlur={(event) => {
        const typed = (event.target as HTMLInputElement).value.trim();
        if (typed !== value) onChange(withTransform(column, 'ifEmpty', typed === '' ? undefined : { kind: 'ifEmpty', value: typed }));
      }}
    />
  );
}
