import type { Import, ImportProblem } from '~/api/queries/imports';
import type { useText } from '~/i18n';
import type { Column, ColumnPlace } from '~/ui/data-table/data-table';
import { TextEditor } from '~/ui/data-table/text-editor';
import { cx } from '~/ui/cx';
import { nameOf } from './column-card';
import type { Corrected } from './correct';
import { PROBLEM_WORDS } from './words';

type Say = ReturnType<typeof useText>;

export function wordsOf(kind: string, text: Say): string {
  const words = PROBLEM_WORDS[kind];
  return words ? text(words) : kind;
}

interface Given {
  known: Import;
  corrected: Corrected;
  text: Say;
  /** Why nothing can be corrected now. */
  locked: string | undefined;
}

const WIDTH = 180;

/** The line, what is wrong, and the columns of the file, whose cells can be corrected. */
export function problemColumns({ known, corrected, text, locked }: Given): Column<ImportProblem>[] {
  const line: Column<ImportProblem> = {
    id: 'line',
    label: text({ id: 'imports.problems.line', defaultMessage: 'Line' }),
    width: 80,
    align: 'end',
    isPinned: true,
    cell: (row) => <span className="tabular-nums">{row.line}</span>,
  };
  const reason: Column<ImportProblem> = {
    id: 'reason',
    label: text({ id: 'imports.problems.reason', defaultMessage: 'Problem' }),
    width: 300,
    cell: (row) =>
      corrected.leavesOut(row.row) ? (
        <span className="text-muted">{text({ id: 'imports.problems.out', defaultMessage: 'Left out' })}</span>
      ) : (
        <span className="truncate" title={row.message}>
          <span className="font-medium">{wordsOf(row.kind, text)}</span> <span className="text-muted">{row.message}</span>
        </span>
      ),
  };
  const cells = (known.detected.columns ?? []).map(
    (column): Column<ImportProblem> => ({
      id: String(column.column),
      label: nameOf(column, text),
      width: WIDTH,
      cell: (row) => <Cell row={row} column={column.column} corrected={corrected} text={text} />,
      locked: () => locked,
      editor: ({ row, ...rest }) => <TextEditor {...rest} maxLength={4096} value={corrected.cell(row, column.column).value} />,
    }),
  );
  return [line, reason, ...cells];
}

function Cell({ row, column, corrected, text }: { row: ImportProblem; column: number; corrected: Corrected; text: Say }) {
  const { value, isChanged } = corrected.cell(row, column);
  const isWrong = row.column === column && !isChanged;
  if (value === '' && !isWrong && !isChanged) return null;
  return (
    <span
      dir="auto"
      className={cx(
        'block truncate',
        corrected.leavesOut(row.row) && 'text-muted line-through',
        isWrong && 'text-danger underline decoration-wavy decoration-1 underline-offset-3',
        isChanged && 'font-medium text-green-text',
      )}
    >
      {value === '' ? text({ id: 'imports.problems.empty', defaultMessage: 'empty' }) : value}
      {isWrong && <span className="sr-only">, {text({ id: 'imports.problems.wrong', defaultMessage: 'has the problem' })}</span>}
      {isChanged && <span className="sr-only">, {text({ id: 'imports.problems.corrected', defaultMessage: 'corrected' })}</span>}
    </span>
  );
}

/** The columns that have problems come first, then those that go somewhere; columns that are left out are hidden. */
export function problemPlaces(known: Import, rows: readonly ImportProblem[]): ColumnPlace[] {
  const wrong = new Set(rows.flatMap((it) => (it.column == null ? [] : [it.column])));
  const mapped = (known.plan.columns ?? []).filter((it) => it.field != null).map((it) => it.column ?? 0);
  const others = mapped.filter((it) => !wrong.has(it));
  return ['line', 'reason', ...[...wrong].toSorted((one, other) => one - other), ...others].map((id) => ({ id: String(id) }));
}
