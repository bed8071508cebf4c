import { ask, expect, expectAccessible, expectFocus, press, test, withoutPointer } from './fixtures';

test.describe('the shell', () => {
  test('finds a lead and a command in the palette, by keyboard', async ({ page, request }) => {
    await ask(request, 'POST', '/leads', { name: 'Katherine Knuth', company: 'Umbrella' });
    await withoutPointer(page);
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.keyboard.press('ControlOrMeta+k');
    const field = page.getByRole('searchbox', { name: 'Search and commands' });
    await expect(field).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type('knut');
    await expect(page.getByRole('menuitem', { name: /Katherine Knuth/ })).toBeVisible();
    await press(page, 'Enter');
    await expect(page).toHaveURL(/lead=/);
    await expectFocus(page);
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.keyboard.press('ControlOrMeta+k');
    await expect(field).toBeFocused();
    await page.keyboard.type('>keyboard');
    await press(page, 'Enter');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expectAccessible(page);
    await press(page, 'Escape');
  });

  test('narrows the sidebar for this person, wherever they sign in', async ({ page }) => {
    await page.goto('/board');
    await page.getByRole('button', { name: 'Narrow the sidebar' }).click();
    await expect(page.getByRole('button', { name: 'Widen the sidebar' })).toBeVisible();
    await expectAccessible(page);
    await expect.poll(async () => (await page.request.get('/api/preferences').then((it) => it.json())).sidebar).toBe('narrow');
    await page.reload();
    await page.getByRole('button', { name: 'Widen the sidebar' }).click();
    await expect(page.getByRole('button', { name: 'Narrow the sidebar' })).toBeVisible();
  });

  test('shows the chosen theme before any script has run', async ({ page, request }) => {
    await ask(request, 'PATCH', '/preferences', { theme: 'dark' });
    const html = await (await page.request.get('/board')).text();
    expect(html).toContain('data-theme="dark"');
    await ask(request, 'PATCH', '/preferences', { theme: 'system' });
  });

  test('skips to the content, and goes through the parts of the window with F6', async ({ page }) => {
    await withoutPointer(page);
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await press(page, 'Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await press(page, 'Enter');
    await expect(page.locator('main')).toBeFocused();
    await press(page, 'F6', 'F6', 'Shift+F6');
  });

  test('says that the line is gone, and that it is back', async ({ page }) => {
    // Whoever never had a connection has none to lose: the stream is opened when the shell stands.
    const listening = page.waitForResponse('**/api/events');
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await listening;
    await page.context().setOffline(true);
    const words = page.getByText(/No connection\. What you see is as of/);
    await expect(words).toBeVisible();
    await expectAccessible(page);
    await page.context().setOffline(false);
    await expect(words).toBeHidden();
  });

  test('goes on with what happens when the server comes back', async ({ page, server, request }) => {
    const listening = page.waitForResponse('**/api/events');
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await listening;
    await server.restart();
    await ask(request, 'POST', '/leads', { name: 'Grace after the restart' });
    await expect(page.getByRole('row', { name: /Grace after the restart/ })).toBeVisible();
  });

  for (const width of [320, 390, 900]) {
    test(`has everything in reach at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto('/board');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wider, 'the page scrolls sideways').toBe(false);
      await expectAccessible(page);
      if (width < 640) {
        await page.getByRole('button', { name: 'More', exact: true }).click();
        await expect(page.getByRole('dialog', { name: 'Menu' })).toBeVisible();
        await expectAccessible(page);
        await press(page, 'Escape');
      }
    });
  }
});
