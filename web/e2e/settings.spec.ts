import type { Page } from '@playwright/test';
import { ADMIN, ask, expect, expectAccessible, expectFocus, press, tabTo, test, withoutPointer } from './fixtures';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

test.describe('settings', () => {
  test('invites somebody and hands the link out, by pointer', async ({ page }) => {
    await page.goto('/settings/members');
    await expect(heading(page, 'Members')).toBeVisible();
    await expect(page.getByText(ADMIN.email)).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Invite' }).click();
    await expect(page.getByRole('textbox', { name: 'E-mail' })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type('nobody');
    await page.getByRole('button', { name: 'Make invitation' }).click();
    await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveAccessibleDescription(/This is not an e-mail address/);
    await page.getByRole('textbox', { name: 'E-mail' }).fill('barbara@example.org');
    await page.getByRole('button', { name: 'Make invitation' }).click();
    await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/\/join\/lli_/);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('list', { name: 'Open invitations' })).toContainText('barbara@example.org');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await expect(page.getByRole('list', { name: 'Open invitations' })).toBeHidden();
  });

  test('makes a key that is shown once, by keyboard', async ({ page }) => {
    await withoutPointer(page);
    await page.goto('/settings/api-keys');
    await expect(heading(page, 'API keys')).toBeVisible();
    await tabTo(page, 'New key');
    await press(page, 'Enter');
    await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type('Website form');
    await press(page, 'Tab', 'ArrowDown', 'Enter');
    await expectAccessible(page);
    await press(page, 'ControlOrMeta+Enter');
    const field = page.getByRole('textbox', { name: 'Key' });
    await expect(field).toHaveValue(/^ll_/);
    const key = await field.inputValue();
    await expectAccessible(page);
    await press(page, 'Escape');
    await expect(page.getByText('Website form', { exact: true })).toBeVisible();
    await expect(page.getByText(key)).toHaveCount(0);
    await expectFocus(page);
  });

  test('makes a team, takes it back, and says what is wrong with a name', async ({ page }) => {
    await page.goto('/settings/teams');
    await expect(heading(page, 'Teams')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('textbox', { name: 'New team' })).toHaveAccessibleDescription(/This /);
    await page.getByRole('textbox', { name: 'New team' }).fill('North');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'North' })).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect(page.getByRole('heading', { name: 'North' })).toBeHidden();
  });

  test('makes a role out of rights, and removes it', async ({ page }) => {
    await page.goto('/settings/roles');
    await expect(page.getByText('Super Admin')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'New role' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Callers');
    await page.getByRole('checkbox', { name: 'notes:write' }).check({ force: true });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save role' }).click();
    const row = page.getByRole('list', { name: 'Roles' }).getByRole('listitem').filter({ hasText: 'Callers' });
    await expect(row).toContainText('2 rights');
    await row.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('button', { name: 'Remove Callers' }).click();
    await expect(row).toBeHidden();
    await expectFocus(page);
  });

  test('filters the audit log by the address, and checks its chain', async ({ page }) => {
    await page.goto('/settings/audit?action=session.started&from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z');
    await expect(page.getByText('No entries match')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect(page).toHaveURL(/\/settings\/audit$/);
    await expect(page.getByRole('table')).toContainText('workspace.created');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await expect(page.getByRole('region', { name: 'Notifications' })).toContainText('The log is whole');
  });

  test('saves the workspace, and names the field that is wrong', async ({ page, request }) => {
    await page.goto('/settings/workspace');
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Currency' }).fill('E');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('textbox', { name: 'Currency' })).toHaveAccessibleDescription(/currency code of three letters/);
    await page.getByRole('textbox', { name: 'Currency' }).fill('eur');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => (await ask<{ settings: { currency: string } }>(request, 'GET', '/workspace')).settings.currency)
      .toBe('EUR');
  });
});

test.describe('the profile', () => {
  test('keeps the look and the formats for every browser', async ({ page, request }) => {
    await page.goto('/profile?tab=preferences');
    await expectAccessible(page);
    await page.getByRole('radio', { name: 'Dark' }).click({ force: true });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect.poll(async () => (await ask<{ theme: string }>(request, 'GET', '/preferences')).theme).toBe('dark');
    await ask(request, 'PATCH', '/preferences', { theme: 'system' });
  });

  test('gives a command other keys, which then work, by keyboard', async ({ page, request }) => {
    await withoutPointer(page);
    await page.goto('/profile?tab=shortcuts');
    await expect(heading(page, 'Profile')).toBeVisible();
    await expectAccessible(page);
    await tabTo(page, 'Change keys of Keyboard shortcuts');
    await press(page, 'Enter', 'F8');
    await expect
      .poll(async () => (await ask<{ shortcuts: { keys: object } }>(request, 'GET', '/preferences')).shortcuts.keys)
      .toEqual({ 'app.help': 'f8' });
    await press(page, 'F8');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await press(page, 'Escape');
    await ask(request, 'PATCH', '/preferences', { shortcuts: { keys: { 'app.help': null } } });
  });

  test('changes the name and refuses a wrong password at its field', async ({ page, request }) => {
    await page.goto('/profile');
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Name' }).fill('Augusta King');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('button', { name: 'Augusta King, Acme: account' })).toBeVisible();
    await page.getByLabel('Present password').fill('wrong');
    await page.getByLabel('New password').fill('another fine one');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByLabel('Present password')).toBeFocused();
    await expect(page.getByLabel('Present password')).toHaveAccessibleDescription(/is not your present password/);
    await ask(request, 'PATCH', '/profile', { name: ADMIN.name });
  });
});
