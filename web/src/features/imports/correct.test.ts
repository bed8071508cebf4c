import { describe, expect, it } from 'vitest';
import type { ImportProblem } from '~/api/queries/imports';
import { correctedBy } from './correct';
import { checkFigures, goingIn, leftOut, reportFigures, sumOf } from './figures';

const problem: ImportProblem = {
  row: 4,
  line: 5,
  kind: 'notAnEmail',
  column: 1,
  message: 'There is no @ in it.',
  cells: ['Ada', ' n/a ', '30'],
};

describe('corrections', () => {
  it('leave a cell as it is written where there are none', () => {
    expect(correctedBy([]).cell(problem, 1)).toEqual({ value: 'n/a', isChanged: false });
  });

  it('of the cell go before those of everything like it, and these before those of the problem', () => {
    const like = { kind: 'like', column: 1, like: 'n/a', value: 'like@example.org' } as const;
    const kind = { kind: 'problem', column: 1, problem: 'notAnEmail', value: '' } as const;
    const cell = { kind: 'cell', row: 4, column: 1, value: 'ada@example.org' } as const;
    expect(correctedBy([kind]).cell(problem, 1).value).toBe('');
    expect(correctedBy([kind, like]).cell(problem, 1).value).toBe('like@example.org');
    expect(correctedBy([cell, like, kind]).cell(problem, 1)).toEqual({ value: 'ada@example.org', isChanged: true });
    expect(correctedBy([kind]).cell(problem, 2).value).toBe('30');
  });

  it('leave rows out', () => {
    const corrected = correctedBy([{ kind: 'skip', row: 4 }]);
    expect([corrected.leavesOut(4), corrected.leavesOut(5)]).toEqual([true, false]);
  });
});

describe('figures', () => {
  it('of a check add up to its rows', () => {
    const checked = { rows: 28, new: 1, update: 2, duplicateInFile: 3, duplicateInBase: 4, invalid: 5, suppressed: 6, skipped: 7 };
    expect(sumOf(checkFigures(checked))).toBe(checked.rows);
    expect(goingIn(checked)).toBe(10);
  });

  it('of a report add up to its rows', () => {
    const report = { rows: 36, created: 1, updated: 2, unchanged: 3, repeated: 4, review: 5, skipped: 6, suppressed: 7, invalid: 8 };
    expect(sumOf(reportFigures(report))).toBe(report.rows);
    expect(leftOut(report)).toBe(21);
  });
});
