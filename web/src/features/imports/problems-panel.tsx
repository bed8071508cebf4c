import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, Eraser } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useAction } from '~/api/action';
import { asProblem } from '~/api/client';
import {
  type Import,
  type ImportProblem,
  type ImportProblemKind,
  importCorrectionsQuery,
  importProblemsQuery,
} from '~/api/queries/imports';
import { announce } from '~/app/announce';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { type ColumnPlace, DataTable } from '~/ui/data-table/data-table';
import { type Selection, NOTHING_SELECTED, countSelected } from '~/ui/data-table/selection';
import { ConfirmDialog } from '~/ui/dialog';
import { EmptyState } from '~/ui/empty-state';
import { Select } from '~/ui/select';
import { correctedBy, problemId } from './correct';
import { correct, forgetCorrections, sendCorrections } from './correct-actions';
import { nameOf } from './column-card';
import { Failed, Panel, useOfflineReason } from './parts';
import { problemColumns, problemPlaces, wordsOf } from './problem-columns';
import { isOpen } from './steps';

const ANY = '-';

/** What somebody typed last, so that it can be done with all values like it. */
interface LastEdit {
  column: number;
  like: string;
  value: string;
}

/** Rows that would not go in, or that one should look at: mended here, without touching the file. */
export function ProblemsPanel({ known }: { known: Import }) {
  const text = useText();
  const cache = useQueryClient();
  const session = useSession();
  const offline = useOfflineReason();
  const [kind, setKind] = useState<ImportProblemKind>();
  const [places, setPlaces] = useState<readonly ColumnPlace[]>();
  const [selection, setSelection] = useState<Selection>(NOTHING_SELECTED);
  const [last, setLast] = useState<LastEdit>();
  const list = useInfiniteQuery(importProblemsQuery(known.id, kind));
  const corrections = useQuery(importCorrectionsQuery(known.id));
  const corrected = useMemo(() => correctedBy(corrections.data ?? []), [corrections.data]);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const items = useMemo(() => rows.map((row) => ({ kind: 'row' as const, id: problemId(row), row })), [rows]);
  const locked = isOpen(known.state)
    ? offline
    : text({ id: 'imports.problems.locked', defaultMessage: 'The import has run, so its rows stay as they were.' });
  const columns = useMemo(
    () => problemColumns({ known, corrected, text, locked }),
    [known, corrected, text, locked],
  );
  const counts = Object.entries(known.checked?.problems ?? {});
  const total = counts.reduce((sum, [id, count]) => (kind === undefined || id === kind ? sum + count : sum), 0);
  if (counts.length === 0) {
    return (
      <EmptyState level={2} title={text({ id: 'imports.problems.none', defaultMessage: 'No row has a problem' })}>
        {text({ id: 'imports.problems.none.why', defaultMessage: 'Every row can go in as it is.' })}
      </EmptyState>
    );
  }

  const onEdit = async (row: ImportProblem, id: string, value: unknown): Promise<string | undefined> => {
    const column = Number(id);
    const before = corrected.cell(row, column).value;
    try {
      await sendCorrections(cache, known.id, [{ kind: 'cell', row: row.row, column, value: String(value) }]);
    } catch (thrown) {
      return asProblem(thrown).detail;
    }
    setLast({ column, like: before, value: String(value) });
    announce(text({ id: 'imports.corrected', defaultMessage: 'Line {line} corrected' }, { line: row.line }));
    return undefined;
  };

  return (
    <Panel
      title={text({ id: 'imports.problems', defaultMessage: 'Rows with problems' })}
      hint={text({ id: 'imports.problems.hint', defaultMessage: 'Correct a cell here and check again; the file itself is not touched.' })}
      aside={
        <Select<string>
          className="w-60 max-w-full"
          label={text({ id: 'imports.problems.kind', defaultMessage: 'Kind of problem' })}
          labelHidden
          value={kind ?? ANY}
          onChange={(next) => {
            setKind(next === ANY ? undefined : (next as ImportProblemKind));
            setSelection(NOTHING_SELECTED);
          }}
          options={[
            { id: ANY, label: text({ id: 'imports.problems.all', defaultMessage: 'All kinds' }) },
            ...counts.map(([id, count]) => ({
              id,
              label: text({ id: 'imports.problems.count', defaultMessage: '{kind} ({count, number})' }, { kind: wordsOf(id, text), count }),
            })),
          ]}
        />
      }
    >
      {list.error && !list.data ? (
        <Failed
          title={text({ id: 'imports.problems.failed', defaultMessage: 'The rows could not be read' })}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <div className="-mx-4 h-88 border-y border-line">
          <DataTable
            label={text({ id: 'imports.problems', defaultMessage: 'Rows with problems' })}
            columns={columns}
            places={places ?? problemPlaces(known, rows)}
            onPlacesChange={setPlaces}
            items={items}
            total={total}
            rowName={(row) => text({ id: 'imports.problems.row', defaultMessage: 'Line {line}' }, { line: row.line })}
            onEnd={() => {
              if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
            }}
            onEdit={onEdit}
            density={session.prefs.density}
            isLoading={list.isPending}
            {...(locked === undefined && { selection, onSelectionChange: setSelection })}
            empty={
              !list.isPending && (
                <EmptyState title={text({ id: 'imports.problems.outdated', defaultMessage: 'No rows of this kind any more' })} />
              )
            }
          />
        </div>
      )}
      {locked === undefined && (
        <Tools known={known} rows={rows} selection={selection} onSelection={setSelection} last={last} onLast={setLast} count={corrected.count} />
      )}
    </Panel>
  );
}

/** A button that has done its work is gone, so the table takes the focus. */
function focusGrid(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=grid] [tabindex="0"]')?.focus());
}

interface ToolsProps {
  known: Import;
  rows: readonly ImportProblem[];
  selection: Selection;
  onSelection: (selection: Selection) => void;
  last: LastEdit | undefined;
  onLast: (edit: LastEdit | undefined) => void;
  count: number;
}

/** What can be done with the rows that are chosen, and with all values like the one that was mended. */
function Tools({ known, rows, selection, onSelection, last, onLast, count }: ToolsProps) {
  const text = useText();
  const act = useAction(correct);
  const forget = useAction(forgetCorrections);
  const [isForgetting, setForgetting] = useState(false);
  const chosen = rows.filter((row) => selection.mode === 'some' && selection.ids.has(problemId(row)));
  const [first] = chosen;
  const isOneKind = first?.column != null && chosen.every((it) => it.kind === first.kind && it.column === first.column);
  const columnName = (index: number) => nameOf(known.detected.columns?.[index] ?? { header: '', column: index }, text);
  const lines = [...new Set(chosen.map((it) => it.row))];
  const pick = countSelected(selection, rows.length) > 0;
  return (
    <div role="toolbar" aria-label={text({ id: 'imports.tools', defaultMessage: 'Corrections' })} className="flex min-h-control flex-wrap items-center gap-2">
      {!pick && !last && (
        <p className="text-small text-muted">
          {text({ id: 'imports.tools.hint', defaultMessage: 'Enter edits a cell; Space chooses a row.' })}
        </p>
      )}
      {last && !pick && (
        <Button
          isPending={act.pending}
          onPress={() => {
            void act
              .run({ known, corrections: [{ kind: 'like', ...last }], label: text({ id: 'imports.like.done', defaultMessage: 'Changed all like it in {column}' }, { column: columnName(last.column) }) })
              .then(() => {
                onLast(undefined);
                focusGrid();
              });
          }}
        >
          {last.like === ''
            ? text({ id: 'imports.like.empty', defaultMessage: 'Fill every empty {column} with “{value}”' }, { column: columnName(last.column), value: last.value })
            : text(
                { id: 'imports.like', defaultMessage: 'Apply to all like this: every “{like}” in {column}' },
                { like: last.like.slice(0, 40), column: columnName(last.column) },
              )}
        </Button>
      )}
      {pick && (
        <>
          <Button
            icon={<Ban size={15} />}
            isPending={act.pending}
            onPress={() => {
              void act.run({
                known,
                corrections: lines.map((row) => ({ kind: 'skip', row })),
                label: text({ id: 'imports.leftOut', defaultMessage: 'Left out {count, plural, one {# row} other {# rows}}' }, { count: lines.length }),
              });
              onSelection(NOTHING_SELECTED);
              focusGrid();
            }}
          >
            {text({ id: 'imports.leaveOut', defaultMessage: 'Leave out {count, plural, one {# row} other {# rows}}' }, { count: lines.length })}
          </Button>
          {isOneKind && first?.column != null && (
            <Button
              icon={<Eraser size={15} />}
              isPending={act.pending}
              onPress={() => {
                const column = first.column ?? 0;
                void act.run({
                  known,
                  corrections: [{ kind: 'problem', column, problem: first.kind as ImportProblemKind, value: '' }],
                  label: text({ id: 'imports.emptied', defaultMessage: 'Emptied all of this kind in {column}' }, { column: columnName(column) }),
                });
                onSelection(NOTHING_SELECTED);
                focusGrid();
              }}
            >
              {text(
                { id: 'imports.empty', defaultMessage: 'Empty {column} wherever it has this problem' },
                { column: columnName(first.column) },
              )}
            </Button>
          )}
        </>
      )}
      <span className="flex-1" />
      {count > 0 && (
        <Button size="small" tone="quiet" onPress={() => setForgetting(true)}>
          {text({ id: 'imports.forget', defaultMessage: 'Forget {count, plural, one {# correction} other {# corrections}}' }, { count })}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isForgetting}
        onClose={() => setForgetting(false)}
        title={text({ id: 'imports.forget.title', defaultMessage: 'Forget all corrections?' })}
        lead={text({ id: 'imports.forget.lead', defaultMessage: 'Every row counts again as it stands in the file.' })}
        action={text({ id: 'imports.forget.do', defaultMessage: 'Forget corrections' })}
        onConfirm={async () => {
          const outcome = await forget.run(known);
          if (outcome.state === 'refused') throw outcome.problem;
          onLast(undefined);
          focusGrid();
        }}
      />
    </div>
  );
}
