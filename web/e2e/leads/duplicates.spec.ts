import { ask, expect, expectAccessible, expectFocus, press, test, withoutPointer } from '../fixtures';
import { leads, ownWord } from './stage';

test.describe('duplicates', () => {
  test('are compared and merged field by field, and taken apart again', async ({ page, request }) => {
    const company = ownWord();
    const email = `ada@${company}.example`;
    const [one, two] = await leads(request, company, [
      { name: 'Ada Lovelace', email, title: 'Countess' },
      { name: 'A. Lovelace', email, title: 'Mathematician', tags: ['vip'] },
    ]);
    await page.goto(`/merge?ids=${one?.id},${two?.id}`);
    await expect(page.getByRole('heading', { level: 1, name: 'Merge 2 leads' })).toBeVisible();
    await expect(page.getByRole('table')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('radio', { name: 'Title of A. Lovelace' }).check();
    await page.getByRole('radio', { name: 'Name of Ada Lovelace' }).check();
    await expect(page.getByRole('row', { name: /^Title/ }).getByRole('cell').last()).toHaveText('Mathematician');
    await expect(page.getByRole('row', { name: /^Name/ }).getByRole('cell').last()).toHaveText('Ada Lovelace');
    await page.getByRole('button', { name: 'Merge 2 leads' }).click();
    await expect(page.getByText('Merged 2 leads into Ada Lovelace')).toBeVisible();
    const details = page.getByRole('complementary', { name: 'Lead details' });
    await expect(details.getByRole('button', { name: 'Edit Title: Mathematician' })).toBeVisible();
    // The timeline beside it offers Undo too, for each of its entries.
    await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await ask<{ total: number }>(request, 'GET', `/leads?search=${company}`)).total).toBe(2);
  });

  test('are chosen by arrows alone', async ({ page, request }) => {
    const company = ownWord();
    const [one, two] = await leads(request, company, [{ name: 'First', title: 'X' }, { name: 'Second', title: 'Y' }]);
    await withoutPointer(page);
    await page.goto(`/merge?ids=${one?.id},${two?.id}`);
    const first = page.getByRole('radio', { name: 'Name of First' });
    await expect(first).toBeVisible();
    await first.focus();
    await press(page, 'ArrowRight');
    await expect(page.getByRole('row', { name: /^Name/ }).getByRole('cell').last()).toHaveText('Second');
    await page.getByRole('button', { name: 'Merge 2 leads' }).focus();
    await press(page, 'Enter');
    await expect(page.getByText('Merged 2 leads into Second')).toBeVisible();
    await expectFocus(page);
  });

  test('wait in a queue, where different people are kept apart', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Twin A', phone: '+493012345678' }, { name: 'Twin B', phone: '+493012345678' }]);
    await ask(request, 'POST', '/duplicates/scan');
    await page.goto('/duplicates');
    await expect(page.getByRole('heading', { level: 1, name: 'Duplicates' })).toBeVisible();
    await expect
      .poll(async () => {
        await page.reload();
        return page.getByRole('link', { name: 'Twin A' }).count();
      }, { timeout: 20_000 })
      .toBe(1);
    await expectAccessible(page);
    const group = page.getByRole('listitem').filter({ hasText: 'Twin A' }).filter({ has: page.getByRole('button', { name: 'Different people' }) });
    await group.getByRole('button', { name: 'Different people' }).click();
    await expect(page.getByRole('link', { name: 'Twin A' })).toBeHidden();
    await expectFocus(page);
    await page.getByRole('radio', { name: 'Different people' }).click();
    await expect(page.getByRole('link', { name: 'Twin A' })).toBeVisible();
    await expectAccessible(page);
  });
});
