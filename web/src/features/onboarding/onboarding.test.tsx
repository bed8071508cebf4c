import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '~/api/live';
import { type Onboarding, onboardingQuery } from '~/api/queries/onboarding';
import { sessionQuery } from '~/api/queries/session';
import { DEFAULT_PREFERENCES } from '~/app/preferences';
import { queryClient } from '~/app/queryClient';
import { undoStack } from '~/app/undo';
import { render } from '../../../test/render';
import { matters, mattersRead } from './progress';
import SamplesLine from './samples-line';
import SidebarCard from './sidebar-card';
import { doneOf, stepsOf } from './steps';

const NAMES = ['addLeads', 'moveLead', 'makeItYours', 'inviteTeammate', 'connectSystem'] as const;

function state(done: readonly string[], live = 0, trashed = 0): Onboarding {
  return {
    steps: NAMES.map((step) => ({ step, done: done.includes(step) })),
    sampleLeads: { live, trashed, available: 24, mayManage: true },
  };
}

/** What the server has, and what it was asked. */
let now: Onboarding;
let kept: Record<string, unknown>;
let asked: string[];

beforeEach(() => {
  now = state([]);
  kept = {};
  asked = [];
  undoStack.clear();
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api', '');
    asked.push(`${request.method} ${path}`);
    if (path === '/preferences') {
      const change = (await request.clone().json()) as { screens: Record<string, unknown> };
      Object.assign(kept, change.screens);
      return Response.json({ ...DEFAULT_PREFERENCES, screens: { ...kept } });
    }
    if (request.method === 'DELETE') {
      now = state(now.steps.filter((it) => it.done).map((it) => it.step));
      return new Response(null, { status: 204 });
    }
    if (request.method === 'POST') {
      now = state([], 24);
      return Response.json({ added: 24, restored: 0, present: 0 }, { headers: { 'Change-Set-Id': 'c1' } });
    }
    return Response.json(now);
  });
  queryClient.setQueryData(sessionQuery.queryKey, {
    user: { id: 'u', name: 'Ada', email: 'ada@example.org' },
    workspace: { id: 'w', name: 'Acme' },
    workspaces: [],
    permissions: ['leads:view', 'leads:import', 'pipelines:manage'],
    preferences: { ...DEFAULT_PREFERENCES },
  } as never);
});

function show(what: React.ReactNode) {
  const root = createRootRoute({ component: () => what });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  return render(<RouterProvider router={router as never} />);
}

const spoken = () => document.querySelector('[data-live=polite]')?.textContent ?? '';

describe('the steps', () => {
  it('lead to where the person may do them', () => {
    const [add] = stepsOf(state([]));
    expect(add?.to((it) => it === 'leads:import')).toBe('/imports');
    expect(add?.to(() => false)).toBe('/leads');
    expect(add?.search?.(() => false)).toEqual({ dialog: 'new' });
  });

  it('leave out what a newer server has', () => {
    const given = { steps: [{ step: 'somethingNew' as never, done: true }, { step: 'moveLead' as const, done: true }] };
    expect(stepsOf(given).map((it) => it.name)).toEqual(['moveLead']);
    expect(doneOf(stepsOf(given))).toBe(1);
  });

  it('are read again only for what can change them', () => {
    expect(matters(state([]), 'lead.created')).toBe(true);
    expect(matters(state(['addLeads']), 'lead.created')).toBe(false);
    expect(matters(state(['addLeads'], 3), 'lead.purged')).toBe(true);
    expect(matters(state(['addLeads']), 'lead.purged')).toBe(false);
    expect(matters(state(NAMES), 'reset')).toBe(true);
    expect(mattersRead(state([]), 'api-keys')).toBe(true);
    expect(mattersRead(state(['connectSystem']), 'api-keys')).toBe(false);
    expect(mattersRead(state([]), 'onboarding')).toBe(false);
  });
});

describe('the card in the sidebar', () => {
  it('shows how far it is, and ticks a step off when its event comes', async () => {
    show(<SidebarCard width="wide" />);
    await screen.findByRole('region', { name: /First steps 0 of 5/ });
    expect(screen.getByRole('link', { name: 'Invite a teammate' }).getAttribute('href')).toBe('/settings/members');
    now = state(['moveLead']);
    deliver({ type: 'lead.stage_changed', id: '1', leadId: 'l', data: {} } as never);
    await screen.findByRole('link', { name: 'Done: Move a lead on the board' });
    expect(spoken()).toContain('Done: Move a lead on the board. 1 of 5 first steps.');
  });

  it('ticks off what a screen has read afresh, although no event tells of it', async () => {
    show(<SidebarCard width="wide" />);
    await screen.findByRole('region', { name: /First steps/ });
    now = state(['connectSystem']);
    queryClient.setQueryData(['api-keys'], []);
    await screen.findByRole('link', { name: 'Done: Connect another system' });
  });

  it('is put away for good, and comes back by undo', async () => {
    const { user } = show(<SidebarCard width="wide" />);
    await user.click(await screen.findByRole('button', { name: 'Put the first steps away' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: /First steps/ })).toBeNull());
    expect(kept['onboarding']).toMatchObject({ dismissed: true });
    expect(spoken()).toContain('brings them back');
    await undoStack.last()?.undo();
    await screen.findByRole('region', { name: /First steps/ });
  });

  it('folds, and remembers it', async () => {
    const { user } = show(<SidebarCard width="wide" />);
    await user.click(await screen.findByRole('button', { name: /First steps/ }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Invite a teammate' })).toBeNull());
    expect(kept['onboarding']).toMatchObject({ folded: true, dismissed: false });
  });

  it('has no room in a narrow sidebar', async () => {
    show(<SidebarCard width="narrow" />);
    await waitFor(() => expect(asked).toContain('GET /onboarding'));
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('puts sample leads in, and undoing that takes exactly them out again', async () => {
    const { user } = show(<SidebarCard width="wide" />);
    await user.click(await screen.findByRole('button', { name: 'Try with sample leads' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Try with sample leads' })).toBeNull());
    expect(undoStack.last()?.label).toBe('Put in 24 sample leads');
    await undoStack.last()?.undo();
    expect(asked).toContain('DELETE /onboarding/sample-leads');
    await screen.findByRole('button', { name: 'Try with sample leads' });
  });
});

describe('the line of the sample leads', () => {
  it('is there as long as they are, and asks before it removes them', async () => {
    now = state([], 22, 2);
    const { user } = show(<SamplesLine />);
    await screen.findByText('24 sample leads, 2 in the trash');
    await user.click(screen.getByRole('button', { name: 'Remove sample leads' }));
    expect(asked).not.toContain('DELETE /onboarding/sample-leads');
    await user.click(await screen.findByRole('button', { name: 'Remove 24 sample leads' }));
    await waitFor(() => expect(screen.queryByText(/24 sample leads, 2/)).toBeNull());
    expect(queryClient.getQueryData(onboardingQuery.queryKey)?.sampleLeads.live).toBe(0);
  });

  it('says nothing where there are none', async () => {
    show(<SamplesLine />);
    await waitFor(() => expect(asked).toContain('GET /onboarding'));
    expect(screen.queryByRole('complementary')).toBeNull();
  });
});
