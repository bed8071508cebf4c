import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Import, importFieldsQuery, importQuery } from '~/api/queries/imports';
import { sessionQuery } from '~/api/queries/session';
import { queryClient } from '~/app/queryClient';
import { CheckStep } from './check-step';
import { ColumnsStep } from './columns-step';
import { RunStep } from './run-step';
import type { Step } from './step-names';

const made: Import = {
  id: 'one',
  name: 'fair.csv',
  format: 'csv',
  sizeBytes: 2048,
  state: 'ready',
  planVersion: 1,
  createdAt: '2026-01-01T10:00:00Z',
  updatedAt: '2026-01-01T10:00:00Z',
  keptUntil: '2026-01-31T10:00:00Z',
  hasFile: true,
  detected: {
    columns: [
      { column: 0, header: 'Full name', samples: ['Ada'], guess: 'text' },
      { column: 1, header: 'Budget', samples: ['10', '20'], guess: 'number' },
    ],
  },
  plan: {
    columns: [
      { column: 0, field: 'name' },
      { column: 1, field: 'customFields.budget', define: 'number' },
    ],
  },
};

/** What was asked of the server, by method and path. */
let asked: string[];
/** What was sent to change the import. */
let sent: unknown[];
const steps: Step[] = [];

beforeEach(() => {
  asked = [];
  sent = [];
  steps.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    asked.push(`${request.method} ${path}`);
    if (request.method === 'PATCH') sent.push(await request.clone().json());
    const body = path.endsWith('/run') || path.endsWith('/check') ? { ...made, state: path.endsWith('/run') ? 'running' : 'checking' } : { data: [] };
    return Response.json(request.method === 'PATCH' ? { ...made, planVersion: 2 } : body);
  });
  queryClient.setQueryData(sessionQuery.queryKey, {
    user: { id: 'u', name: 'Ada', email: 'ada@example.org' },
    workspace: { id: 'w', name: 'Acme' },
    workspaces: [],
    permissions: ['leads:import', 'fields:manage'],
    role: 'admin',
    scope: 'all',
  } as never);
  queryClient.setQueryData(importFieldsQuery.queryKey, [
    { field: 'name', name: 'Name', type: 'text', several: true },
    { field: 'email', name: 'E-mail', type: 'email', several: false },
  ]);
  queryClient.setQueryData(importQuery(made.id).queryKey, made);
});

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.unstubAllGlobals();
});

function show(Screen: typeof CheckStep, part: Partial<Import> = {}) {
  const known = { ...made, ...part };
  return render(
    <QueryClientProvider client={queryClient}>
      <Screen known={known} onStep={(step) => steps.push(step)} onLeave={() => undefined} />
    </QueryClientProvider>,
  );
}

describe('the columns', () => {
  it('are shown with their samples, where they go, and what was suggested', () => {
    show(ColumnsStep);
    expect(screen.getAllByText('suggested')).toHaveLength(2);
    expect(screen.getByText('10 · 20')).toBeTruthy();
    expect(screen.getByText('2 of 2 columns go to a field.')).toBeTruthy();
    expect(screen.getByRole('combobox', { name: 'Full name goes to' })).toHaveProperty('value', 'Name');
    expect(screen.getByRole('combobox', { name: 'Budget goes to' })).toHaveProperty('value', 'New custom field “Budget”');
  });

  it('that nothing is known of stay with the lead, or become a field of the same key', async () => {
    const kept = [{ column: 0, field: 'name' }, { column: 1, field: 'customFields.ownBudget', define: null }];
    show(ColumnsStep, { plan: { columns: kept } });
    const budget = screen.getByRole('combobox', { name: 'Budget goes to' });
    expect(budget).toHaveProperty('value', 'Keep with the lead as “Budget”');
    await userEvent.clear(budget);
    await userEvent.type(budget, 'New custom');
    await userEvent.click(await screen.findByRole('option', { name: 'New custom field “Budget”' }));
    const columns = [kept[0], { column: 1, field: 'customFields.ownBudget', define: 'number' }];
    await waitFor(() => expect(sent).toEqual([{ columns }]));
  });

  it('stay as they were once the import has run', () => {
    show(ColumnsStep, { state: 'done' });
    expect(screen.getByText('The import has run, so this stays as it was.')).toBeTruthy();
    expect(screen.getByRole('combobox', { name: 'Full name goes to' })).toHaveProperty('disabled', true);
    expect(screen.queryByRole('heading', { name: 'How the file is written' })).toBeNull();
  });
});

describe('the check', () => {
  it('begins by its button', async () => {
    show(CheckStep);
    await userEvent.click(screen.getByRole('button', { name: 'Check the file' }));
    await waitFor(() => expect(asked).toContain('POST /api/imports/one/check'));
  });

  it('says that it is of an older plan', () => {
    show(CheckStep, { planVersion: 2, checked: { planVersion: 1, rows: 3, new: 3, problems: {} } });
    expect(screen.getByText('Something was changed since this check')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Check again' })).toBeTruthy();
  });

  it('does not begin without the file, and says why', async () => {
    show(CheckStep, { hasFile: false });
    const button = screen.getByRole('button', { name: 'Check the file' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(button);
    expect(asked).not.toContain('POST /api/imports/one/check');
  });
});

describe('the run', () => {
  it('says how many rows go in, and begins', async () => {
    show(RunStep, { checked: { planVersion: 1, rows: 5, new: 3, update: 1, invalid: 1, problems: {} } });
    await userEvent.click(screen.getByRole('button', { name: 'Import 4 rows' }));
    await waitFor(() => expect(asked).toContain('POST /api/imports/one/run'));
  });

  it('can be held while it goes, and asks before it is stopped', async () => {
    show(RunStep, { state: 'running', progress: { rows: 10, total: 40, fraction: 0.25 } });
    expect(screen.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('10 of 40');
    await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
    await waitFor(() => expect(asked).toContain('POST /api/imports/one/pause'));
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByRole('dialog')).toBeTruthy();
    expect(asked).not.toContain('POST /api/imports/one/stop');
  });

  it('leads to the report when it has ended', () => {
    const { rerender } = show(RunStep, { state: 'running' });
    rerender(
      <QueryClientProvider client={queryClient}>
        <RunStep known={{ ...made, state: 'done' }} onStep={(step) => steps.push(step)} onLeave={() => undefined} />
      </QueryClientProvider>,
    );
    expect(steps).toEqual(['report']);
  });
});
