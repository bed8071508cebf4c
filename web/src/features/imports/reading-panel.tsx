import type { Import, ImportPlan } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { Banner } from '~/ui/banner';
import { sentence } from '~/app/form';
import { Panel } from './parts';
import type { PlanSaver } from './use-plan';

type Reading = NonNullable<ImportPlan['reading']>;
type Values = NonNullable<ImportPlan['values']>;

/** How the file is written, as it was found out; each can be put right. */
export function ReadingPanel({ known, plan }: { known: Import; plan: PlanSaver }) {
  const text = useText();
  const reading = known.plan.reading ?? {};
  const read = (part: Partial<Reading>) => plan.change({ reading: { ...reading, ...part } });
  const sheets = known.detected.sheets ?? [];
  return (
    <Panel
      title={text({ id: 'imports.reading', defaultMessage: 'How the file is written' })}
      hint={text({ id: 'imports.reading.hint', defaultMessage: 'Found out from the beginning of the file. Change what is wrong; the samples below show what comes of it.' })}
    >
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        {known.format === 'csv' ? (
          <>
            <Select
              label={text({ id: 'imports.encoding', defaultMessage: 'Encoding' })}
              value={reading.encoding ?? 'utf-8'}
              onChange={(encoding) => read({ encoding })}
              options={[
                { id: 'utf-8', label: 'UTF-8' },
                { id: 'windows-1252', label: 'Windows-1252' },
                { id: 'utf-16le', label: 'UTF-16 LE' },
                { id: 'utf-16be', label: 'UTF-16 BE' },
              ]}
            />
            <Select
              label={text({ id: 'imports.delimiter', defaultMessage: 'Columns end with' })}
              value={reading.delimiter ?? ','}
              onChange={(delimiter) => read({ delimiter })}
              options={[
                { id: ',', label: text({ id: 'imports.delimiter.comma', defaultMessage: 'Comma' }) },
                { id: ';', label: text({ id: 'imports.delimiter.semicolon', defaultMessage: 'Semicolon' }) },
                { id: '\t', label: text({ id: 'imports.delimiter.tab', defaultMessage: 'Tab' }) },
                { id: '|', label: text({ id: 'imports.delimiter.pipe', defaultMessage: 'Vertical bar' }) },
              ]}
            />
          </>
        ) : (
          <Select
            label={text({ id: 'imports.sheet', defaultMessage: 'Sheet' })}
            value={reading.sheet ?? sheets[0] ?? null}
            onChange={(sheet) => read({ sheet })}
            options={sheets.map((id) => ({ id, label: id }))}
          />
        )}
        <HeaderRow value={reading.headerRow ?? null} onChange={(headerRow) => read({ headerRow })} />
        <Select
          label={text({ id: 'imports.ragged', defaultMessage: 'Rows of another length' })}
          value={reading.raggedRows ?? 'report'}
          onChange={(raggedRows) => read({ raggedRows })}
          options={[
            { id: 'report', label: text({ id: 'imports.ragged.report', defaultMessage: 'Are problems' }) },
            { id: 'accept', label: text({ id: 'imports.ragged.accept', defaultMessage: 'Go in as they are' }) },
          ]}
        />
        <ValueChoices known={known} plan={plan} />
      </div>
      {plan.problem && <Banner tone="danger">{plan.problem.detail}</Banner>}
    </Panel>
  );
}

function HeaderRow({ value, onChange }: { value: number | null; onChange: (row: number | null) => void }) {
  const text = useText();
  const rows = [...new Set([1, 2, 3, 4, 5, ...(value === null ? [] : [value])])].toSorted((one, other) => one - other);
  return (
    <Select
      label={text({ id: 'imports.header', defaultMessage: 'Names of columns' })}
      value={value === null ? 'none' : String(value)}
      onChange={(row) => onChange(row === 'none' ? null : Number(row))}
      options={[
        ...rows.map((row) => ({
          id: String(row),
          label: text({ id: 'imports.header.row', defaultMessage: 'In row {row}' }, { row }),
        })),
        { id: 'none', label: text({ id: 'imports.header.none', defaultMessage: 'The file has none' }) },
      ]}
    />
  );
}

function ValueChoices({ known, plan }: { known: Import; plan: PlanSaver }) {
  const text = useText();
  const values = known.plan.values ?? {};
  const write = (part: Partial<Values>) => plan.change({ values: { ...values, ...part } });
  const country = values.country ?? 'US';
  const error = sentence(plan.problem?.errors['plan.values.country']);
  return (
    <>
      <Select
        label={text({ id: 'imports.dates', defaultMessage: 'Dates' })}
        value={values.dateOrder ?? 'dmy'}
        onChange={(dateOrder) => write({ dateOrder })}
        options={[
          { id: 'dmy', label: text({ id: 'imports.dates.dmy', defaultMessage: 'Day, month, year' }) },
          { id: 'mdy', label: text({ id: 'imports.dates.mdy', defaultMessage: 'Month, day, year' }) },
          { id: 'ymd', label: text({ id: 'imports.dates.ymd', defaultMessage: 'Year, month, day' }) },
        ]}
      />
      <Select
        label={text({ id: 'imports.decimal', defaultMessage: 'Decimal mark' })}
        value={values.decimalMark ?? '.'}
        onChange={(decimalMark) => write({ decimalMark })}
        options={[
          { id: '.', label: text({ id: 'imports.decimal.point', defaultMessage: 'Point, 1.50' }) },
          { id: ',', label: text({ id: 'imports.decimal.comma', defaultMessage: 'Comma, 1,50' }) },
        ]}
      />
      <Select
        label={text({ id: 'imports.names', defaultMessage: 'Names' })}
        value={values.nameOrder ?? 'firstLast'}
        onChange={(nameOrder) => write({ nameOrder })}
        options={[
          { id: 'firstLast', label: text({ id: 'imports.names.first', defaultMessage: 'First name first' }) },
          { id: 'lastFirst', label: text({ id: 'imports.names.last', defaultMessage: 'Last name first' }) },
        ]}
      />
      <TextField
        key={country}
        label={text({ id: 'imports.country', defaultMessage: 'Phones belong to' })}
        defaultValue={country}
        maxLength={2}
        spellCheck="false"
        placeholder="US"
        {...(error !== undefined && { error })}
        onBlur={(event) => {
          const typed = (event.target as HTMLInputElement).value.trim().toUpperCase();
          if (typed !== country && typed !== '') write({ country: typed });
        }}
      />
    </>
  );
}
