import { ADMIN, ask, expect, expectAccessible, expectFocus, press, strangersPage, tabTo, test, watch, withoutPointer } from './fixtures';
import { startServer } from './server';

test.describe('coming in', () => {
  for (const by of ['pointer', 'keyboard'] as const) {
    test(`sets up a new server, by ${by}`, async ({ browser }) => {
      const server = await startServer();
      const { page, context } = await strangersPage(browser, server);
      const complaints: string[] = [];
      watch(page, complaints);
      if (by === 'keyboard') await withoutPointer(page);
      await page.goto('/leads');
      await expect(page.getByRole('heading', { name: 'Set up Leadline' })).toBeVisible();
      await expect(page.getByLabel('Setup token')).toBeFocused();
      await expectAccessible(page);
      await page.keyboard.type('lls_wrong');
      const values = [ADMIN.workspaceName, ADMIN.name, ADMIN.email, ADMIN.password];
      for (const value of values) {
        await press(page, 'Tab');
        await page.keyboard.type(value);
      }
      if (by === 'keyboard') await press(page, 'Enter');
      else await page.getByRole('button', { name: 'Create workspace' }).click();
      await expect(page.getByLabel('Setup token')).toBeFocused();
      await expect(page.getByLabel('Setup token')).toHaveAccessibleDescription(/This /);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(server.setupToken);
      if (by === 'keyboard') await press(page, 'Enter');
      else await page.getByRole('button', { name: 'Create workspace' }).click();
      await expect(page).toHaveURL(/\/board/);
      await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
      await expectFocus(page);
      expect(complaints).toEqual([]);
      await context.close();
      await server.stop();
    });

    test(`signs in and comes back to where it was going, by ${by}`, async ({ browser, server, signedIn }) => {
      expect(signedIn).toBeTruthy();
      const { page, context } = await strangersPage(browser, server);
      if (by === 'keyboard') await withoutPointer(page);
      await page.goto('/board?q=nobody');
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await expect(page.getByLabel('E-mail')).toBeFocused();
      await expectAccessible(page);
      await page.keyboard.type(ADMIN.email);
      await press(page, 'Tab');
      await page.keyboard.type('wrong password');
      if (by === 'keyboard') await press(page, 'Enter');
      else await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'not right' })).toBeVisible();
      await expectFocus(page);
      if (by === 'pointer') await page.getByLabel('Password').click();
      else await tabTo(page, 'Password');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(ADMIN.password);
      await press(page, 'Enter');
      await expect(page).toHaveURL(/\/board\?q=nobody/);
      await expectFocus(page);
      await context.close();
    });
  }

  test('joins by an invitation, and a used link says so', async ({ browser, server, request }) => {
    const made = await ask<{ link: string }>(request, 'POST', '/invitations', { email: 'grace@example.org', role: 'sales' });
    const path = new URL(made.link).pathname;
    const { page, context } = await strangersPage(browser, server);
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'Join Acme' })).toBeVisible();
    await expect(page.getByText('grace@example.org is invited as Sales.')).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel('Your name').fill('Grace Hopper');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByLabel('Password')).toBeFocused();
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page).toHaveURL(/\/board/);
    await expect(page.getByRole('button', { name: 'Grace Hopper, Acme: account' })).toBeVisible();
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
    await expectAccessible(page);
    await context.close();
  });

  test('sets a new password by a link, and signs in with it', async ({ browser, server, request, playwright }) => {
    const invited = await ask<{ link: string }>(request, 'POST', '/invitations', { email: 'alan@example.org', role: 'viewer' });
    const token = new URL(invited.link).pathname.split('/').pop() ?? '';
    // Somebody else's browser, or this one would be signed in as them from here on.
    const theirs = await playwright.request.newContext({ baseURL: server.url });
    const joined = await ask<{ user: { id: string } }>(theirs, 'POST', `/invitations/${token}/accept`, {
      name: 'Alan Turing',
      password: ADMIN.password,
    });
    const { link } = await ask<{ link: string }>(request, 'POST', `/members/${joined.user.id}/password-reset`);
    const { page, context } = await strangersPage(browser, server);
    await page.goto(new URL(link).pathname);
    await expectAccessible(page);
    await page.getByLabel('Password').fill('another fine one');
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await page.getByLabel('E-mail').fill('alan@example.org');
    await page.getByLabel('Password').fill('another fine one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/board/);
    await context.close();
  });
});
