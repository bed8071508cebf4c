import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { changedLeadsQuery } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { Link, OutsideLink } from '~/ui/link';
import { Skeleton } from '~/ui/skeleton';
import { FileGone } from './file-step';
import { leftOut, reportFigures, sumOf } from './figures';
import { Failed, Figures, Panel } from './parts';
import { RemoveImport } from './removal';
import type { StepProps } from './step-footer';
import { UndoImport } from './undo-import';
import { REPORT_WORDS } from './words';

/** What became of every row, where the leads are, and the way back. */
export function ReportStep({ known, onLeave }: StepProps) {
  const text = useText();
  const format = useFormats();
  const { report, state, changeSetId } = known;
  const out = report ? leftOut(report) : 0;
  return (
    <>
      {state === 'undone' && (
        <Banner tone="info" title={text({ id: 'imports.undone', defaultMessage: 'This import was taken back' })}>
          {text({ id: 'imports.undone.why', defaultMessage: 'New leads are in the trash, changed ones hold again what they held before.' })}
        </Banner>
      )}
      {state === 'stopped' && (
        <Banner tone="warning" title={text({ id: 'imports.stopped', defaultMessage: 'This import was stopped before its end' })}>
          {text({ id: 'imports.stopped.why', defaultMessage: 'The rows after that did not go in. Import the file again for those: what is there is met by its keys.' })}
        </Banner>
      )}
      {out > 0 && !known.hasFile && <FileGone />}
      {report && (
        <Panel
          title={text({ id: 'imports.report', defaultMessage: 'What became of the rows' })}
          hint={known.finishedAt ? text({ id: 'imports.report.at', defaultMessage: 'Ended {when}' }, { when: format.exact(known.finishedAt) }) : undefined}
          aside={
            <span className="flex flex-wrap items-center gap-2">
              {out > 0 && known.hasFile && (
                <OutsideLink
                  href={`/api/imports/${known.id}/rows`}
                  download
                  tone="bare"
                  className="inline-flex min-h-control items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-hover"
                >
                  <Download size={15} />
                  {text({ id: 'imports.report.file', defaultMessage: '{count, plural, one {# row} other {# rows}} that stayed out' }, { count: out })}
                </OutsideLink>
              )}
              {changeSetId && <UndoImport known={known} changeSet={changeSetId} />}
            </span>
          }
        >
          <Figures
            figures={reportFigures(report)}
            words={(id) => text(REPORT_WORDS[id])}
            total={sumOf(reportFigures(report))}
            totalWords={text({ id: 'imports.rows', defaultMessage: 'Rows of the file' })}
          />
        </Panel>
      )}
      {changeSetId && <Leads changeSet={changeSetId} isUndone={state === 'undone'} />}
      <div className="flex flex-wrap gap-2">
        <Link
          to="/imports"
          tone="bare"
          className="inline-flex min-h-control items-center rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-hover"
        >
          {text({ id: 'imports.all', defaultMessage: 'All imports' })}
        </Link>
        <RemoveImport known={known} onLeave={onLeave} />
      </div>
    </>
  );
}

/** The leads that the run made or changed, each with a way to it. */
function Leads({ changeSet, isUndone }: { changeSet: string; isUndone: boolean }) {
  const text = useText();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(changedLeadsQuery(changeSet));
  const rows = data?.pages.flatMap((page) => page.data) ?? [];
  const hidden = data?.pages.reduce((sum, page) => sum + page.hidden, 0) ?? 0;
  if (data && rows.length === 0 && hidden === 0) return null;
  return (
    <Panel title={text({ id: 'imports.leads', defaultMessage: 'Leads of this import' })}>
      {isPending && <Skeleton className="h-24" />}
      {error && !data && (
        <Failed title={text({ id: 'imports.leads.failed', defaultMessage: 'The leads could not be read' })} error={error} onRetry={() => void refetch()} />
      )}
      <ul className="grid gap-x-6 sm:grid-cols-2">
        {rows.map((row) => (
          <li key={row.id} className="flex min-h-control min-w-0 items-center gap-2 border-b border-line">
            {row.outcome === 'gone' || row.name == null ? (
              <span className="truncate text-muted">{row.name ?? text({ id: 'imports.lead.gone', defaultMessage: 'A lead that is gone' })}</span>
            ) : (
              <Link to="/leads/$id" params={{ id: row.mergedInto ?? row.id }} className="min-w-0 truncate" dir="auto">
                {row.name}
              </Link>
            )}
            {!isUndone && row.changedSince.length > 0 && (
              <Badge tone="warning">{text({ id: 'imports.lead.changed', defaultMessage: 'changed since' })}</Badge>
            )}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <p className="text-small text-muted">
          {text(
            { id: 'imports.leads.hidden', defaultMessage: '{count, plural, one {# further lead belongs} other {# further leads belong}} to people whose leads you do not see.' },
            { count: hidden },
          )}
        </p>
      )}
      {hasNextPage && (
        <Button className="self-center" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {text({ id: 'imports.more', defaultMessage: 'Show more' })}
        </Button>
      )}
    </Panel>
  );
}
