import { FileUp } from 'lucide-react';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { Banner } from '~/ui/banner';
import { Link } from '~/ui/link';
import { Panel } from './parts';
import { RemoveImport } from './removal';
import { sizeOf } from './size';
import { StepFooter, type StepProps } from './step-footer';

/** The file as it came in. */
export function FileStep({ known, onStep, onLeave }: StepProps) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const columns = known.detected.columns?.length ?? 0;
  const facts: [string, string][] = [
    [text({ id: 'imports.file.name', defaultMessage: 'File' }), known.name],
    [
      text({ id: 'imports.file.kind', defaultMessage: 'Kind' }),
      known.format === 'xlsx' ? text({ id: 'imports.file.xlsx', defaultMessage: 'Excel workbook' }) : 'CSV',
    ],
    [text({ id: 'imports.file.size', defaultMessage: 'Size' }), sizeOf(known.sizeBytes, format.locale)],
    [text({ id: 'imports.file.columns', defaultMessage: 'Columns' }), format.number(columns)],
    [text({ id: 'imports.file.at', defaultMessage: 'Came in' }), format.exact(known.createdAt)],
    [text({ id: 'imports.file.by', defaultMessage: 'Brought by' }), directory.member(known.createdBy)?.name ?? '–'],
    [
      text({ id: 'imports.file.until', defaultMessage: 'Kept' }),
      known.hasFile
        ? text({ id: 'imports.file.kept', defaultMessage: 'until {date}' }, { date: format.date(known.keptUntil) })
        : text({ id: 'imports.file.gone', defaultMessage: 'removed' }),
    ],
  ];
  return (
    <>
      {!known.hasFile && <FileGone />}
      <Warnings known={known} />
      <Panel title={text({ id: 'imports.file.title', defaultMessage: 'The file' })}>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 wrap-anywhere" dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
        <div className="flex flex-wrap gap-2 border-t border-line pt-3">
          <Link
            to="/imports"
            tone="bare"
            className="inline-flex min-h-control items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-hover"
          >
            <FileUp size={15} />
            {text({ id: 'imports.file.other', defaultMessage: 'Import another file' })}
          </Link>
          <RemoveImport known={known} onLeave={onLeave} />
        </div>
      </Panel>
      <StepFooter known={known} step="file" onStep={onStep} />
    </>
  );
}

/** Files are not kept for ever. */
export function FileGone() {
  const text = useText();
  return (
    <Banner tone="warning" title={text({ id: 'imports.fileGone', defaultMessage: 'The file is not on the server any more' })}>
      {text({ id: 'imports.fileGone.why', defaultMessage: 'Files are kept for 30 days. What is written here stays; to read the rows again, bring the file in anew.' })}
    </Banner>
  );
}

/** What one should know about the file, in the words of the server. */
export function Warnings({ known }: Pick<StepProps, 'known'>) {
  const text = useText();
  const warnings = known.detected.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <Banner tone="warning" title={text({ id: 'imports.warnings', defaultMessage: 'To know about this file' })}>
      {warnings.map((it) => (
        <p key={it}>{it}</p>
      ))}
    </Banner>
  );
}
