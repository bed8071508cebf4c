import type { APIRequestContext, Page } from '@playwright/test';
import { ADMIN, ask, expect, expectAccessible, expectFocus, press, tabTo, test, withoutPointer } from './fixtures';
import { startServer } from './server';

interface State {
  steps: { step: string; done: boolean }[];
  sampleLeads: { live: number; trashed: number };
}

const stateOf = (request: APIRequestContext) => ask<State>(request, 'GET', '/onboarding');

/** The first steps as the sidebar shows them. */
const inSidebar = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('region', { name: /First steps/ });

// What others leave behind would be the first leads.
test.use({ ownServer: 'first-steps-' });

/** Everybody begins anew: no leads, and the list is shown. */
test.beforeEach(async ({ request }) => {
  // Scans in light and dark at many stops take their time on a busy machine.
  test.slow();
  await ask(request, 'DELETE', '/onboarding/sample-leads');
  const { data } = await ask<{ data: { id: string }[] }>(request, 'GET', '/leads?limit=200');
  for (const { id } of data) await ask(request, 'DELETE', `/leads/${id}`);
  await ask(request, 'PATCH', '/preferences', { screens: { onboarding: null }, sidebar: 'wide' });
});

test.describe('first steps', () => {
  test('begins with sample leads and removes them, by pointer', async ({ page, request }) => {
    await page.goto('/board');
    await expect(page.getByRole('heading', { name: 'Here your leads will stand' })).toBeVisible();
    const card = page.getByRole('main').getByRole('region', { name: 'First steps' });
    await expect(card).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('main').getByRole('button', { name: 'Try with sample leads' }).click();
    await expect(page.getByRole('row', { name: /Maya Okafor/ })).toBeVisible();
    await expect(page.getByText('24 sample leads', { exact: true })).toBeVisible();
    await expectFocus(page);
    expect((await stateOf(request)).sampleLeads.live).toBe(24);
    await expectAccessible(page);

    // The sidebar goes on where the empty board was; moving a card ticks its step by the event alone.
    await expect(inSidebar(page).getByRole('link', { name: 'Move a lead on the board', exact: true })).toBeVisible();
    await page.getByRole('row', { name: /Maya Okafor/ }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(inSidebar(page).getByRole('link', { name: 'Done: Move a lead on the board' })).toBeVisible();

    await page.getByRole('link', { name: '24 sample leads' }).click();
    await expect(page).toHaveURL(/\/leads\?f=/);
    await expect(page.getByRole('row', { name: /Isabella Rossi/ })).toBeVisible();
    await page.getByRole('button', { name: 'Remove sample leads' }).click();
    const question = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await expect(question).toContainText('Remove 24 sample leads?');
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Remove 24 sample leads' }).click();
    await expect(page.getByRole('button', { name: 'Remove sample leads' })).toBeHidden();
    await expect(page.getByRole('region', { name: /Notifications/ }).getByText('Removed 24 sample leads')).toBeVisible();
    await expectFocus(page);
    expect((await stateOf(request)).sampleLeads).toMatchObject({ live: 0, trashed: 0 });
  });

  test('takes every step, puts the list away and brings it back, by keyboard', async ({ page, request }) => {
    await withoutPointer(page);
    await page.goto('/leads');
    await expect(page.getByRole('heading', { name: 'No leads yet' })).toBeVisible();
    await expect(page.getByRole('main').getByRole('region', { name: 'First steps' })).toBeVisible();
    await expectAccessible(page);
    await tabTo(page, 'Try with sample leads');
    await press(page, 'Enter');
    await expect(page.getByRole('row', { name: /Maya Okafor/ })).toBeVisible();
    await expectFocus(page);

    // A real lead, made elsewhere, ticks the first step here.
    await expect(inSidebar(page).getByText(/of 5/)).toBeVisible();
    await ask(request, 'POST', '/leads', { name: 'Katherine Knuth' });
    await expect(inSidebar(page).getByRole('link', { name: 'Done: Add or import your first leads' })).toBeVisible();
    await expect(page.locator('[data-live=polite]')).toContainText(/Done: Add or import your first leads/);

    await page.keyboard.press('F6');
    await tabTo(page, 'Invite a teammate');
    await press(page, 'Enter');
    await expect(page).toHaveURL(/\/settings\/members/);
    await expectFocus(page);
    await page.goto('/leads');
    await tabTo(page, 'Remove sample leads');
    await press(page, 'Enter');
    const question = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await expect(question).toBeVisible();
    await press(page, 'Control+Enter');
    await expect(question).toBeHidden();
    await expect(page.getByText('Katherine Knuth')).toBeVisible();
    await expectFocus(page);

    await tabTo(page, 'Put the first steps away');
    await press(page, 'Enter');
    await expect(inSidebar(page)).toBeHidden();
    await expectFocus(page);
    await expect.poll(async () => (await ask<{ screens: object }>(request, 'GET', '/preferences')).screens).toMatchObject({
      onboarding: { dismissed: true },
    });
    await page.keyboard.press('ControlOrMeta+z');
    await expect(inSidebar(page)).toBeVisible();
    await expectFocus(page);
    await tabTo(page, 'Put the first steps away');
    await press(page, 'Enter');
    await page.reload();
    await expect(page.getByText('Katherine Knuth')).toBeVisible();
    await expect(inSidebar(page)).toBeHidden();

    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('searchbox', { name: 'Search and commands' })).toBeFocused();
    await page.keyboard.type('>first steps');
    await press(page, 'Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'First steps' })).toBeVisible();
    await expectFocus(page);
    await expectAccessible(page);
    await page.goto('/leads');
    await expect(inSidebar(page)).toBeVisible();
    await tabTo(page, /First steps/);
    await press(page, 'Enter');
    await expect(inSidebar(page).getByRole('link', { name: 'Invite a teammate' })).toBeHidden();
    await expectAccessible(page);
  });

  for (const width of [320, 390, 900]) {
    test(`has everything in reach at ${width} px`, async ({ page, request }) => {
      await page.setViewportSize({ width, height: 800 });
      const fits = async () => {
        const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(wider, 'the page scrolls sideways').toBe(false);
      };
      for (const path of ['/board', '/leads', '/first-steps']) {
        await page.goto(path);
        await expect(page.getByRole('main').getByRole('region', { name: /First steps|of 5 done/ })).toBeVisible();
        await fits();
        await expectAccessible(page);
      }
      await ask(request, 'POST', '/onboarding/sample-leads');
      await page.goto('/board');
      await expect(page.getByRole('button', { name: 'Remove sample leads' })).toBeVisible();
      await fits();
      await expectAccessible(page);
    });
  }

  test('shows nobody what he may not do, and says when it cannot be read', async ({ browser, page, request, playwright }) => {
    await ask(request, 'POST', '/onboarding/sample-leads');
    const server = await startServer();
    const own = await playwright.request.newContext({ baseURL: server.url, extraHTTPHeaders: { origin: server.url } });
    expect((await own.post('/api/setup', { data: { token: server.setupToken, ...ADMIN } })).ok()).toBe(true);
    const made = await ask<{ link: string }>(own, 'POST', '/invitations', { email: 'v@example.org', role: 'viewer' });
    await ask(own, 'POST', '/onboarding/sample-leads');
    const theirs = await browser.newContext({
      baseURL: server.url,
      locale: 'en-US',
      storageState: { cookies: [], origins: [] },
      extraHTTPHeaders: { origin: server.url },
    });
    const token = new URL(made.link).pathname.split('/').pop() ?? '';
    const joined = await theirs.request.post(`/api/invitations/${token}/accept`, { data: { name: 'Vera', password: ADMIN.password } });
    expect(joined.ok()).toBe(true);
    const viewer = await theirs.newPage();
    await viewer.goto('/first-steps');
    await expect(viewer.getByRole('heading', { name: 'Nothing to set up' })).toBeVisible();
    await viewer.goto('/board');
    await expect(viewer.getByText('24 sample leads', { exact: true })).toBeVisible();
    await expect(viewer.getByRole('button', { name: 'Remove sample leads' })).toBeHidden();
    await theirs.close();
    await own.dispose();
    await server.stop();

    await page.route('**/api/onboarding', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable","title":"Busy","detail":"Come back later.","requestId":"r1"}' }),
    );
    await page.goto('/first-steps');
    await expect(page.getByRole('heading', { name: 'The first steps could not be read' })).toBeVisible({ timeout: 15_000 });
    await expect(page.getByText('r1')).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/api/onboarding');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: /of 5 done/ })).toBeVisible();
  });
});
