import type { ImportCorrection, ImportProblem } from '~/api/queries/imports';

/** What was corrected, to be asked cell by cell. */
export interface Corrected {
  count: number;
  leavesOut: (row: number) => boolean;
  /** What stands in the cell now: a correction of the cell itself goes before one of everything like it. */
  cell: (problem: ImportProblem, column: number) => { value: string; isChanged: boolean };
}

export function correctedBy(corrections: readonly ImportCorrection[]): Corrected {
  const skipped = new Set<number>();
  const cells = new Map<string, string>();
  const like = new Map<string, string>();
  const problems = new Map<string, string>();
  for (const it of corrections) {
    if (it.kind === 'skip') skipped.add(it.row);
    else if (it.kind === 'cell') cells.set(`${it.row}:${it.column}`, it.value);
    else if (it.kind === 'like') like.set(`${it.column}:${it.like.trim()}`, it.value);
    else problems.set(`${it.column}:${it.problem}`, it.value);
  }
  return {
    count: corrections.length,
    leavesOut: (row) => skipped.has(row),
    cell: (problem, column) => {
      const written = (problem.cells[column] ?? '').trim();
      const hasProblem = problem.column === column;
      const found =
        cells.get(`${problem.row}:${column}`) ??
        like.get(`${column}:${written}`) ??
        (hasProblem ? problems.get(`${column}:${problem.kind}`) : undefined);
      return found === undefined ? { value: written, isChanged: false } : { value: found, isChanged: found !== written };
    },
  };
}

/** A row may have several problems; each stands in a line of its own. */
export const problemId = (it: ImportProblem): string => `${it.row}:${it.kind}:${it.column ?? ''}`;
