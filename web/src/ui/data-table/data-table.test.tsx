import { screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { render, withRoom } from '../../../test/render';
import { DataTable, type Column, type ColumnPlace, type Item, type SortState } from './data-table';
import { NOTHING_SELECTED, countSelected } from './selection';
import { TextEditor } from './text-editor';
import type { DataTableProps } from './types';

interface Row {
  id: string;
  name: string;
  company: string;
  score: number;
}

const COLUMNS: Column<Row>[] = [
  { id: 'name', label: 'Name', width: 200, sort: 'name', isPinned: true, enterOpens: true, cell: (row) => row.name },
  {
    id: 'company',
    label: 'Company',
    width: 150,
    cell: (row) => row.company,
    editor: (props) => (
      <TextEditor {...props} value={props.row.company} check={(text) => (text === 'no' ? 'Not this.' : undefined)} />
    ),
  },
  { id: 'score', label: 'Score', width: 100, sort: 'score', align: 'end', cell: (row) => row.score },
];

const rows = (count: number): Item<Row>[] =>
  Array.from({ length: count }, (_, index) => {
    const row = { id: `r${index}`, name: `Lead ${index}`, company: `Company ${index}`, score: index };
    return { kind: 'row', id: row.id, row };
  });

function Table(props: Partial<DataTableProps<Row>>) {
  const [places, setPlaces] = useState<ColumnPlace[]>(COLUMNS.map((it) => ({ id: it.id })));
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const [sort, setSort] = useState<SortState>();
  return (
    <>
      <DataTable
        label="Leads"
        columns={COLUMNS}
        places={places}
        onPlacesChange={setPlaces}
        items={rows(500)}
        total={500}
        rowName={(row) => row.name}
        selection={selection}
        onSelectionChange={setSelection}
        sort={sort}
        onSortChange={setSort}
        {...props}
      />
      <output>{countSelected(selection, 500)}</output>
    </>
  );
}

const focused = () => document.activeElement?.textContent ?? '';
const cell = (text: string) => screen.getByText(text).closest<HTMLElement>('[role=gridcell]') as HTMLElement;

// What is loaded when it is first opened is there already.
beforeAll(() => Promise.all([import('../overlay/menu'), import('../overlay/dialog')]));

describe('the data table', () => {
  beforeAll(() => withRoom());

  it('is a grid that says how large it is, and draws only what is in sight', () => {
    render(<Table />);
    const grid = screen.getByRole('grid', { name: 'Leads' });
    expect(grid.getAttribute('aria-rowcount')).toBe('501');
    expect(grid.getAttribute('aria-colcount')).toBe('4');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getAllByRole('columnheader').map((it) => it.getAttribute('aria-colindex'))).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  it('has one tab stop, and is walked by arrows into the head and out of it', async () => {
    const { user } = render(<Table />);
    await user.tab();
    expect(focused()).toBe('Lead 0');
    await user.keyboard('{ArrowDown}{ArrowRight}');
    expect(focused()).toBe('Company 1');
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(focused()).toBe('Company');
    await user.tab();
    expect(screen.getByRole('grid').contains(document.activeElement)).toBe(false);
  });

  it('goes far without losing the focus', async () => {
    const { user } = render(<Table />);
    await user.tab();
    await user.keyboard('{Control>}{End}{/Control}');
    await waitFor(() => expect(focused()).toBe('499'));
    await user.keyboard('{Control>}{Home}{/Control}{ArrowRight}');
    await waitFor(() => expect(focused()).toBe('Lead 0'));
  });

  it('opens the record by Enter, and edits where that is meant', async () => {
    const onOpen = vi.fn();
    const onEdit = vi.fn(async () => undefined);
    const { user } = render(<Table onOpen={onOpen} onEdit={onEdit} />);
    await user.tab();
    await user.keyboard('{Enter}');
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'r0' }));
    await user.keyboard('{ArrowRight}{Enter}');
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Company' });
    expect(field.value).toBe('Company 0');
    await user.clear(field);
    await user.type(field, 'Umbrella{Enter}');
    expect(onEdit).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'r0' }), 'company', 'Umbrella');
    await waitFor(() => expect(focused()).toBe('Company 1'));
  });

  it('begins an edit with what is typed, leaves it by Escape, and goes on by Tab', async () => {
    const onEdit = vi.fn(async () => undefined);
    const { user } = render(<Table onEdit={onEdit} />);
    await user.tab();
    await user.keyboard('{ArrowRight}A');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Company' }).value).toBe('A');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(focused()).toBe('Company 0'));
    expect(onEdit).not.toHaveBeenCalled();
    await user.keyboard('B');
    await user.tab();
    expect(onEdit).toHaveBeenCalledExactlyOnceWith(expect.anything(), 'company', 'B');
    await waitFor(() => expect(focused()).toBe('0'));
  });

  it('says what is wrong before it asks, and what the server refused', async () => {
    const onEdit = vi.fn(async () => 'This is taken.');
    const { user } = render(<Table onEdit={onEdit} />);
    await user.tab();
    await user.keyboard('{ArrowRight}');
    await user.keyboard('no{Enter}');
    expect(screen.getByText('Not this.').getAttribute('role')).toBe('alert');
    await user.keyboard('body{Enter}');
    await waitFor(() =>
      expect(document.querySelector('[data-live=assertive]')?.textContent).toContain('This is taken.'),
    );
    const wrong = screen
      .getAllByText('This is taken.')
      .map((it) => it.closest<HTMLElement>('[role=gridcell]'))
      .find(Boolean);
    expect(wrong?.getAttribute('aria-invalid')).toBe('true');
    await user.keyboard('{ArrowUp}{Enter}');
    // What was refused is mended, not typed again.
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Company' }).value).toBe('nobody');
  });

  it('is selected by Space, by range and as loaded', async () => {
    const { user } = render(<Table />);
    await user.tab();
    await user.keyboard(' ');
    expect(screen.getByRole('row', { selected: true }).getAttribute('aria-rowindex')).toBe('2');
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(screen.getAllByRole('row', { selected: true })).toHaveLength(3);
    await user.click(screen.getByRole('checkbox', { name: 'Select Lead 5' }));
    expect(screen.getByText('4', { selector: 'output' })).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: 'Select all rows that are loaded' }));
    expect(screen.getByText('0', { selector: 'output' })).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: 'Select all rows that are loaded' }));
    expect(screen.getByText('500', { selector: 'output' })).toBeTruthy();
  });

  it('is sorted by the names of its columns', async () => {
    const { user } = render(<Table />);
    const score = screen.getByRole('columnheader', { name: /Score/ });
    expect(score.getAttribute('aria-sort')).toBe('none');
    await user.click(within(score).getByRole('button', { name: 'Score' }));
    expect(score.getAttribute('aria-sort')).toBe('descending');
    await user.keyboard('{Enter}');
    expect(score.getAttribute('aria-sort')).toBe('ascending');
    expect(screen.getByRole('columnheader', { name: /Company/ }).hasAttribute('aria-sort')).toBe(false);
  });

  it('moves and sizes its columns without a pointer', async () => {
    const { user } = render(<Table />);
    await user.tab();
    await user.keyboard('{ArrowRight}{ArrowUp}{Alt>}{ArrowDown}{/Alt}');
    await screen.findByRole('menu', { name: 'Column Company' });
    await user.click(screen.getByRole('menuitem', { name: 'Move right' }));
    await waitFor(() =>
      expect(screen.getAllByRole('columnheader').map((it) => it.dataset['column'])).toEqual([
        undefined,
        'name',
        'score',
        'company',
      ]),
    );
    await user.click(screen.getByRole('button', { name: 'Column Company' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Width…' }));
    const field = await screen.findByRole('textbox', { name: 'Pixels' });
    await user.clear(field);
    await user.type(field, '9999{Enter}');
    expect(screen.getByText(/Enter a whole number between/)).toBeTruthy();
    await user.clear(field);
    await user.type(field, '240{Enter}');
    await waitFor(() => expect(screen.getByRole('grid').style.getPropertyValue('--w-2')).toBe('240px'));
  });

  it('opens and closes groups', async () => {
    const onToggle = vi.fn();
    const items: Item<Row>[] = [
      { kind: 'group', id: 'g', label: 'New', content: 'New 12', isOpen: false, onToggle },
      ...rows(2),
      { kind: 'more', id: 'm', label: 'Show 10 more', onPress: onToggle },
    ];
    const { user } = render(<Table items={items} />);
    await user.tab();
    const head = screen.getByRole('gridcell', { name: 'New' });
    expect(head).toBe(document.activeElement);
    expect(head.getAttribute('aria-expanded')).toBe('false');
    await user.keyboard('{Enter}');
    expect(onToggle).toHaveBeenCalledOnce();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
    expect(onToggle).toHaveBeenCalledTimes(2);
  });

  it('keeps the column while one walks across the head of a group', async () => {
    const items: Item<Row>[] = [
      ...rows(1),
      { kind: 'group', id: 'g', label: 'New', content: 'New 12', isOpen: true, onToggle: vi.fn() },
      ...rows(2).slice(1),
    ];
    const { user } = render(<Table items={items} />);
    await user.tab();
    await user.keyboard('{ArrowRight}{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('Company 1');
  });

  it('asks for more when the end comes into sight', () => {
    const onEnd = vi.fn();
    render(<Table items={rows(12)} onEnd={onEnd} />);
    expect(onEnd).toHaveBeenCalled();
  });

  it('shows what stands where nothing is', () => {
    render(<Table items={[]} total={0} empty={<p>No leads match</p>} />);
    expect(screen.getByText('No leads match')).toBeTruthy();
    // A grid holds rows alone.
    expect(within(screen.getByRole('grid')).queryByText('No leads match')).toBeNull();
  });

  it('shows long, foreign and hostile names as text', () => {
    const names = ['x'.repeat(10_000), '🦄'.repeat(50), 'مريم العلي', '<img src=x onerror=alert(1)>'];
    const items = names.map((name, index): Item<Row> => ({
      kind: 'row',
      id: `n${index}`,
      row: { id: `n${index}`, name, company: '', score: 0 },
    }));
    render(<Table items={items} />);
    for (const name of names) expect(cell(name)).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });
});
