import type { ImportChecked, ImportReport } from '~/api/queries/imports';

export interface Figure<Id extends string> {
  id: Id;
  count: number;
  tone: 'good' | 'plain' | 'attention' | 'bad';
}

export type CheckFigure = 'new' | 'update' | 'duplicateInFile' | 'duplicateInBase' | 'invalid' | 'suppressed' | 'skipped';
export type ReportFigure =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'repeated'
  | 'review'
  | 'skipped'
  | 'suppressed'
  | 'invalid';

const CHECK: readonly [CheckFigure, Figure<string>['tone']][] = [
  ['new', 'good'],
  ['update', 'good'],
  ['duplicateInFile', 'plain'],
  ['duplicateInBase', 'plain'],
  ['skipped', 'plain'],
  ['suppressed', 'attention'],
  ['invalid', 'bad'],
];

const REPORT: readonly [ReportFigure, Figure<string>['tone']][] = [
  ['created', 'good'],
  ['updated', 'good'],
  ['unchanged', 'plain'],
  ['repeated', 'plain'],
  ['review', 'attention'],
  ['skipped', 'plain'],
  ['suppressed', 'attention'],
  ['invalid', 'bad'],
];

/** Every row of the file once, by what would become of it. */
export const checkFigures = (checked: ImportChecked): Figure<CheckFigure>[] =>
  CHECK.map(([id, tone]) => ({ id, tone, count: checked[id] ?? 0 }));

/** Every row once, by what became of it. */
export const reportFigures = (report: ImportReport): Figure<ReportFigure>[] =>
  REPORT.map(([id, tone]) => ({ id, tone, count: report[id] ?? 0 }));

export const sumOf = (figures: readonly Figure<string>[]): number => figures.reduce((sum, it) => sum + it.count, 0);

/** The rows that did not go in, which the file of skipped rows holds. */
export const leftOut = (report: ImportReport): number =>
  (report.skipped ?? 0) + (report.suppressed ?? 0) + (report.invalid ?? 0);

/** The rows that would go in as leads, or change one. */
export const goingIn = (checked: ImportChecked): number =>
  (checked.rows ?? 0) - (checked.invalid ?? 0) - (checked.suppressed ?? 0) - (checked.skipped ?? 0);
