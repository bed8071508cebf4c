import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ImportColumn, importFieldsQuery } from '~/api/queries/imports';
import { sentence } from '~/app/form';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Skeleton } from '~/ui/skeleton';
import { cx } from '~/ui/cx';
import { ColumnCard } from './column-card';
import { ConstantsPanel } from './constants-panel';
import { FileGone, Warnings } from './file-step';
import { MappingBar } from './mapping-bar';
import { Failed, Panel, useOfflineReason } from './parts';
import { columnOf } from './plan';
import { ReadingPanel } from './reading-panel';
import { StepFooter, type StepProps } from './step-footer';
import { hasRun, isOpen, mappedColumns } from './steps';
import { usePlan } from './use-plan';

/** The version of a plan that nobody has changed yet. */
const FIRST_VERSION = 1;

/** What the columns of the file mean. */
export function ColumnsStep({ known, onStep }: StepProps) {
  const text = useText();
  const { can } = useSession();
  const plan = usePlan(known.id);
  const offline = useOfflineReason();
  const fields = useQuery(importFieldsQuery);
  const [wasFresh] = useState(known.planVersion <= FIRST_VERSION);
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  const columns = known.detected.columns ?? [];
  const isLocked = !isOpen(known.state) || offline !== undefined;
  const change = (column: number, made: ImportColumn[]) => {
    setTouched(new Set([...touched, column]));
    plan.change({ columns: made });
  };
  return (
    <>
      {!known.hasFile && <FileGone />}
      {hasRun(known.state) && (
        <Banner>{text({ id: 'imports.locked', defaultMessage: 'The import has run, so this stays as it was.' })}</Banner>
      )}
      {offline !== undefined && <Banner tone="warning">{offline}</Banner>}
      <Warnings known={known} />
      {!isLocked && <ReadingPanel known={known} plan={plan} />}
      <Panel
        title={text({ id: 'imports.columns', defaultMessage: 'Where the columns go' })}
        hint={text(
          { id: 'imports.columns.count', defaultMessage: '{mapped, number} of {count, plural, one {# column goes} other {# columns go}} to a field{left, plural, =0 {.} one {; # is left out.} other {; # are left out.}}' },
          { mapped: mappedColumns(known), count: columns.length, left: columns.length - mappedColumns(known) },
        )}
        aside={!isLocked && <MappingBar known={known} plan={plan} />}
        className="gap-3"
      >
        {fields.error && !fields.data && (
          <Failed
            title={text({ id: 'imports.fields.failed', defaultMessage: 'The fields could not be read' })}
            error={fields.error}
            onRetry={() => void fields.refetch()}
          />
        )}
        {fields.isPending && <Skeleton className="h-40" />}
        {fields.data && (
          <ul
            aria-label={text({ id: 'imports.columns.list', defaultMessage: 'Columns of the file' })}
            aria-busy={plan.isRereading}
            className={cx('-mx-4 -mb-4 flex flex-col overflow-hidden rounded-b-xl border-t border-line', plan.isRereading && 'opacity-60')}
          >
            {columns.map((column, index) => (
              <ColumnCard
                key={`${column.column}:${column.header}`}
                column={column}
                decided={columnOf(known.plan, column.column)}
                plan={known.plan}
                fields={fields.data}
                columns={columns}
                isSuggested={wasFresh && !touched.has(column.column)}
                isLocked={isLocked}
                mayDefine={can('fields:manage')}
                onChange={(made) => change(column.column, made)}
                error={sentence(plan.problem?.errors[`plan.columns[${index}].field`])}
              />
            ))}
          </ul>
        )}
      </Panel>
      {fields.data && <ConstantsPanel known={known} plan={plan} fields={fields.data} isLocked={isLocked} />}
      <StepFooter known={known} step="columns" onStep={onStep} />
    </>
  );
}
