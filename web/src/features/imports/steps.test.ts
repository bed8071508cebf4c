import { describe, expect, it } from 'vitest';
import type { Import, ImportState } from '~/api/queries/imports';
import { hurdleOf, isChecked, markOf, stepOf } from './steps';

type Standing = Pick<Import, 'state' | 'checked' | 'planVersion' | 'plan'>;

const at = (state: ImportState, more: Partial<Standing> = {}): Standing => ({
  state,
  planVersion: 3,
  plan: { columns: [{ column: 0, field: 'email' }] },
  ...more,
});

describe('where somebody who comes back goes on', () => {
  it.each<[ImportState, string]>([
    ['ready', 'columns'],
    ['checking', 'check'],
    ['running', 'run'],
    ['paused', 'run'],
    ['failed', 'run'],
    ['done', 'report'],
    ['stopped', 'report'],
    ['undone', 'report'],
  ])('%s: %s', (state, step) => expect(stepOf(at(state))).toBe(step));

  it('goes on at the check once there is one', () => {
    expect(stepOf(at('ready', { checked: { planVersion: 1 } }))).toBe('check');
  });
});

describe('what has to be done first', () => {
  it('asks for a column that goes somewhere', () => {
    const nothing = at('ready', { plan: { columns: [{ column: 0, field: null }] } });
    expect(hurdleOf('columns', nothing)).toBeUndefined();
    expect(hurdleOf('check', nothing)).toBe('mapping');
    expect(hurdleOf('run', nothing)).toBe('mapping');
  });

  it('has a report only after the end', () => {
    expect(hurdleOf('report', at('ready'))).toBe('notRun');
    expect(hurdleOf('report', at('running'))).toBe('running');
    expect(hurdleOf('report', at('stopped'))).toBeUndefined();
  });
});

it('counts a check only for the plan that it was made with', () => {
  expect(isChecked(at('ready', { checked: { planVersion: 3 } }))).toBe(true);
  expect(isChecked(at('ready', { checked: { planVersion: 2 } }))).toBe(false);
  expect(markOf('check', at('ready', { checked: { planVersion: 2 } }))).toBe('open');
  expect(markOf('check', at('ready', { checked: { planVersion: 3 } }))).toBe('done');
  expect(markOf('report', at('ready'))).toBe('waiting');
});
