import { ask, expect, expectAccessible, expectFocus, press, tabTo, test, withoutPointer } from '../fixtures';
import { leads, openTable, ownWord } from './stage';

const drawer = (page: import('@playwright/test').Page) => page.getByRole('complementary', { name: 'Lead details' });

test.describe('the lead beside the list', () => {
  test('opens, walks, edits and closes by keyboard', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Barbara D.' }, { name: 'Hedy J.' }]);
    await withoutPointer(page);
    await openTable(page, company);
    await page.locator('[data-cell="0:1"]').focus();
    await press(page, 'Enter');
    await expect(drawer(page).getByRole('heading', { level: 2, name: 'Hedy J.' })).toBeFocused();
    await expect(page).toHaveURL(/lead=/);
    await expect(drawer(page).getByRole('heading', { name: 'Timeline' })).toBeVisible();
    await expectAccessible(page);
    await press(page, ']');
    await expect(drawer(page).getByRole('heading', { level: 2, name: 'Barbara D.' })).toBeFocused();
    await press(page, '[');
    await expect(drawer(page).getByRole('heading', { level: 2, name: 'Hedy J.' })).toBeFocused();
    await tabTo(page, 'Add Title');
    await page.keyboard.press('Enter');
    await expect(drawer(page).getByRole('textbox', { name: 'Title' })).toBeFocused();
    await page.keyboard.type('Inventor');
    await press(page, 'Enter');
    await expect(drawer(page).getByRole('button', { name: 'Edit Title: Inventor' })).toBeFocused();
    await expect(page.locator('[data-live=polite]')).toContainText('Title saved');
    await press(page, 'Escape');
    await expect(drawer(page)).toBeHidden();
    await expect(page.locator('[data-cell="0:1"]')).toBeFocused();
  });

  test('moves through the stages, takes notes, and tells both in the timeline', async ({ page, request }) => {
    const company = ownWord();
    const [lead] = await leads(request, company, [{ name: 'Vint Hopper', email: `vint@${company}.example` }]);
    await openTable(page, company, `&lead=${lead?.id}`);
    await drawer(page).getByRole('button', { name: 'Move to Qualified' }).click();
    await expect(drawer(page).getByRole('button', { name: 'Qualified, the stage it is in' })).toHaveAttribute('aria-current', 'step');
    await expect(drawer(page).getByText('Moved from New to Qualified')).toBeVisible();
    const note = drawer(page).getByRole('textbox', { name: 'New note' });
    await note.fill('Called <b>twice</b> & left word 🦄');
    await note.press('ControlOrMeta+Enter');
    await expect(drawer(page).getByText('Called <b>twice</b> & left word 🦄')).toBeVisible();
    await expect(drawer(page).getByText('Wrote a note')).toBeVisible();
    await expect(note).toBeFocused();
    await drawer(page).getByRole('button', { name: /^Note by / }).click();
    await page.getByRole('menuitem', { name: 'Pin to the top' }).click();
    await expect(drawer(page).getByText('Pinned', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.goBack();
    await page.goForward();
    await expectFocus(page);
  });

  test('shows both values when somebody else was quicker, and lets one choose', async ({ page, request }) => {
    const company = ownWord();
    const [lead] = await leads(request, company, [{ name: 'Ada', title: 'CEO' }]);
    await openTable(page, company, `&lead=${lead?.id}`);
    // Nobody tells this tab of the change, as when the stream is a moment behind.
    await page.route('**/api/events*', (route) => route.abort());
    await page.reload();
    await drawer(page).getByRole('button', { name: 'Edit Title: CEO' }).click();
    await ask(request, 'PATCH', `/leads/${lead?.id}`, { title: 'Chair' });
    await drawer(page).getByRole('textbox', { name: 'Title' }).fill('Founder');
    await page.keyboard.press('Enter');
    const conflict = drawer(page).getByRole('alert');
    await expect(conflict).toContainText('Somebody else has changed this meanwhile.');
    await expect(conflict).toContainText('Chair');
    await expect(conflict).toContainText('Founder');
    await expectAccessible(page);
    await conflict.getByRole('button', { name: 'Use yours' }).click();
    await expect(drawer(page).getByRole('button', { name: 'Edit Title: Founder' })).toBeVisible();
    expect((await ask<{ title: string }>(request, 'GET', `/leads/${lead?.id}`)).title).toBe('Founder');
  });

  test('does not disturb somebody who changed another field', async ({ page, request }) => {
    const company = ownWord();
    const [lead] = await leads(request, company, [{ name: 'Ada', title: 'CEO' }]);
    await page.route('**/api/events*', (route) => route.abort());
    await openTable(page, company, `&lead=${lead?.id}`);
    await drawer(page).getByRole('button', { name: 'Edit Title: CEO' }).click();
    await ask(request, 'PATCH', `/leads/${lead?.id}`, { score: 77 });
    await drawer(page).getByRole('textbox', { name: 'Title' }).fill('Founder');
    await page.keyboard.press('Enter');
    await expect(drawer(page).getByRole('button', { name: 'Edit Title: Founder' })).toBeVisible();
    const now = await ask<{ title: string; score: number }>(request, 'GET', `/leads/${lead?.id}`);
    expect([now.title, now.score]).toEqual(['Founder', 77]);
  });

  test('puts a former value back from the history of a field', async ({ page, request }) => {
    const company = ownWord();
    const [lead] = await leads(request, company, [{ name: 'Ada', title: 'CEO' }]);
    await ask(request, 'PATCH', `/leads/${lead?.id}`, { title: 'Chair' });
    await openTable(page, company, `&lead=${lead?.id}`);
    await drawer(page).getByRole('button', { name: 'History of Title' }).click();
    const history = page.getByRole('dialog', { name: 'History of Title' });
    await expect(history).toContainText('CEO');
    await expectAccessible(page);
    await history.getByRole('button', { name: 'Put back' }).first().click();
    await expect(drawer(page).getByRole('button', { name: 'Edit Title: CEO' })).toBeVisible();
  });

  test('holds 100 custom fields, the most there may be, without losing its shape', async ({ page, request }) => {
    const company = ownWord();
    const customFields = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field${index}${company}`, `Value ${index} ${'y'.repeat(index)}`]));
    const [lead] = await leads(request, company, [{ name: 'Ada', customFields }]);
    await openTable(page, company, `&lead=${lead?.id}`);
    await drawer(page).getByRole('searchbox', { name: 'Find a field' }).fill('field87');
    await expect(drawer(page).getByText(/^Value 87 y+/)).toBeVisible();
    expect(await drawer(page).evaluate((it) => it.scrollWidth > it.clientWidth)).toBe(false);
    await expectAccessible(page);
  });

  test('is a page of its own, and says when there is none', async ({ page, request }) => {
    const company = ownWord();
    const [lead] = await leads(request, company, [{ name: 'Ada Page' }]);
    await openTable(page, company, `&lead=${lead?.id}`);
    await drawer(page).getByRole('button', { name: 'Open the full page' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Ada Page' })).toBeVisible();
    await expect(page).toHaveTitle(/Ada Page/);
    await expectAccessible(page);
    await page.goto('/leads/00000000-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { level: 1, name: 'This lead is not there' })).toBeVisible();
    await expectAccessible(page);
  });
});
