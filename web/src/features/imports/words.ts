import type { ImportState } from '~/api/queries/imports';
import type { Words } from '~/i18n';
import type { Tone } from '~/ui/badge';
import type { CheckFigure, ReportFigure } from './figures';
import type { Simple } from './plan';
import type { Step } from './step-names';
import type { Hurdle, StepMark } from './steps';

export const STEP_WORDS: Record<Step, Words> = {
  file: { id: 'imports.step.file', defaultMessage: 'File' },
  columns: { id: 'imports.step.columns', defaultMessage: 'Columns' },
  check: { id: 'imports.step.check', defaultMessage: 'Check' },
  decide: { id: 'imports.step.decide', defaultMessage: 'Decide' },
  run: { id: 'imports.step.run', defaultMessage: 'Run' },
  report: { id: 'imports.step.report', defaultMessage: 'Report' },
};

export const MARK_WORDS: Record<StepMark, Words> = {
  done: { id: 'imports.mark.done', defaultMessage: 'done' },
  open: { id: 'imports.mark.open', defaultMessage: 'to do' },
  waiting: { id: 'imports.mark.waiting', defaultMessage: 'not yet' },
};

export const STATE_WORDS: Record<ImportState, Words> = {
  uploading: { id: 'imports.state.uploading', defaultMessage: 'Uploading' },
  ready: { id: 'imports.state.ready', defaultMessage: 'Not run yet' },
  checking: { id: 'imports.state.checking', defaultMessage: 'Checking' },
  running: { id: 'imports.state.running', defaultMessage: 'Running' },
  paused: { id: 'imports.state.paused', defaultMessage: 'Paused' },
  done: { id: 'imports.state.done', defaultMessage: 'Done' },
  stopped: { id: 'imports.state.stopped', defaultMessage: 'Stopped' },
  failed: { id: 'imports.state.failed', defaultMessage: 'Failed' },
  undone: { id: 'imports.state.undone', defaultMessage: 'Undone' },
};

export const STATE_TONES: Record<ImportState, Tone> = {
  uploading: 'info',
  ready: 'neutral',
  checking: 'info',
  running: 'info',
  paused: 'warning',
  done: 'success',
  stopped: 'warning',
  failed: 'danger',
  undone: 'neutral',
};

export const CHECK_WORDS: Record<CheckFigure, Words> = {
  new: { id: 'imports.check.new', defaultMessage: 'New leads' },
  update: { id: 'imports.check.update', defaultMessage: 'Update a lead' },
  duplicateInFile: { id: 'imports.check.inFile', defaultMessage: 'Twice in the file' },
  duplicateInBase: { id: 'imports.check.inBase', defaultMessage: 'There already' },
  invalid: { id: 'imports.check.invalid', defaultMessage: 'Cannot go in' },
  suppressed: { id: 'imports.check.suppressed', defaultMessage: 'Asked to be forgotten' },
  skipped: { id: 'imports.check.skipped', defaultMessage: 'Left out' },
};

export const REPORT_WORDS: Record<ReportFigure, Words> = {
  created: { id: 'imports.report.created', defaultMessage: 'New leads' },
  updated: { id: 'imports.report.updated', defaultMessage: 'Updated' },
  unchanged: { id: 'imports.report.unchanged', defaultMessage: 'Nothing to change' },
  repeated: { id: 'imports.report.repeated', defaultMessage: 'New beside one that is there' },
  review: { id: 'imports.report.review', defaultMessage: 'New, to be compared' },
  skipped: { id: 'imports.report.skipped', defaultMessage: 'Left out' },
  suppressed: { id: 'imports.report.suppressed', defaultMessage: 'Asked to be forgotten' },
  invalid: { id: 'imports.report.invalid', defaultMessage: 'Could not go in' },
};

export const HURDLE_WORDS: Record<Hurdle, Words> = {
  mapping: { id: 'imports.hurdle.mapping', defaultMessage: 'First say for at least one column where it goes.' },
  running: { id: 'imports.hurdle.running', defaultMessage: 'The report is written when the run has ended.' },
  notRun: { id: 'imports.hurdle.notRun', defaultMessage: 'There is a report once the import has run.' },
};

export const SIMPLE_WORDS: Record<Simple, Words> = {
  trim: { id: 'imports.transform.trim', defaultMessage: 'Single spaces' },
  lower: { id: 'imports.transform.lower', defaultMessage: 'lower case' },
  upper: { id: 'imports.transform.upper', defaultMessage: 'UPPER CASE' },
  title: { id: 'imports.transform.title', defaultMessage: 'Capitalise Names' },
  phone: { id: 'imports.transform.phone', defaultMessage: 'International phone number' },
};

/** Kinds of problems by the name that the server has for them. One that is not known here is shown as it is called. */
export const PROBLEM_WORDS: Record<string, Words> = {
  lineTooLong: { id: 'imports.problem.lineTooLong', defaultMessage: 'Line too long' },
  quoteNotClosed: { id: 'imports.problem.quoteNotClosed', defaultMessage: 'Quotation mark not closed' },
  brokenText: { id: 'imports.problem.brokenText', defaultMessage: 'Broken letters' },
  nulByte: { id: 'imports.problem.nulByte', defaultMessage: 'NUL byte' },
  raggedRow: { id: 'imports.problem.raggedRow', defaultMessage: 'Too many or too few columns' },
  notAnEmail: { id: 'imports.problem.notAnEmail', defaultMessage: 'Not an e-mail address' },
  notAPhone: { id: 'imports.problem.notAPhone', defaultMessage: 'Not a phone number' },
  notADate: { id: 'imports.problem.notADate', defaultMessage: 'Not a date' },
  notANumber: { id: 'imports.problem.notANumber', defaultMessage: 'Not a number' },
  notAnAmount: { id: 'imports.problem.notAnAmount', defaultMessage: 'Not an amount' },
  notACurrency: { id: 'imports.problem.notACurrency', defaultMessage: 'Not a currency' },
  notAScore: { id: 'imports.problem.notAScore', defaultMessage: 'Not a score' },
  notAChoice: { id: 'imports.problem.notAChoice', defaultMessage: 'Not one of the options' },
  notValid: { id: 'imports.problem.notValid', defaultMessage: 'Not valid' },
  unknownStage: { id: 'imports.problem.unknownStage', defaultMessage: 'Unknown stage' },
  unknownOwner: { id: 'imports.problem.unknownOwner', defaultMessage: 'Unknown owner' },
  unknownValue: { id: 'imports.problem.unknownValue', defaultMessage: 'Unknown value' },
  tooLong: { id: 'imports.problem.tooLong', defaultMessage: 'Too long' },
  nobodyNamed: { id: 'imports.problem.nobodyNamed', defaultMessage: 'Nobody named' },
  required: { id: 'imports.problem.required', defaultMessage: 'Required value missing' },
  duplicateInFile: { id: 'imports.problem.duplicateInFile', defaultMessage: 'Twice in the file' },
  suppressed: { id: 'imports.problem.suppressed', defaultMessage: 'Asked to be forgotten' },
  refused: { id: 'imports.problem.refused', defaultMessage: 'Refused' },
};
