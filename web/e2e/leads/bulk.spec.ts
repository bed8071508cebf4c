import { readFile } from 'node:fs/promises';
import { expect, expectAccessible, press, test, withoutPointer } from '../fixtures';
import { cell, leads, openTable, ownWord } from './stage';

test.describe('many leads at once', () => {
  test('get the same value in a field, by keyboard, and have their own back with one undo', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One', title: 'Buyer' }, { name: 'Two' }, { name: 'Three' }]);
    await withoutPointer(page);
    await openTable(page, company, '&cols=name,title,score');
    await page.locator('[data-cell="0:1"]').focus();
    await press(page, 'Space', 'Shift+ArrowDown', 'Shift+ArrowDown');
    const bar = page.getByRole('toolbar', { name: 'Selected leads' });
    await expect(bar).toContainText('3 selected');
    await bar.getByRole('button', { name: 'Edit…' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Edit a field' });
    await expect(dialog).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('listbox', { name: 'Field' })).toBeVisible();
    await page.keyboard.type('title');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('button', { name: /Field$/ })).toContainText('Title');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Visitor');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect(page.getByText('Set Title of 3 leads to Visitor')).toBeVisible();
    for (const name of ['One', 'Two', 'Three']) await expect(await cell(page, name, 'Title')).toHaveText('Visitor');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(await cell(page, 'One', 'Title')).toHaveText('Buyer');
    await expect(await cell(page, 'Two', 'Title')).toHaveText('');
  });

  test('are emptied of a field by pointer; what cannot be is said before', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One', title: 'Buyer' }, { name: 'Two', title: 'CEO' }]);
    await openTable(page, company, '&cols=name,title');
    await page.getByRole('checkbox', { name: 'Select all rows that are loaded' }).check();
    await page.getByRole('toolbar', { name: 'Selected leads' }).getByRole('button', { name: 'Edit…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit a field' });
    await dialog.getByRole('button', { name: /Field$/ }).click();
    await page.getByRole('option', { name: 'Source' }).click();
    await expect(dialog.getByRole('checkbox', { name: 'Empty the field' })).toHaveCount(0);
    await dialog.getByRole('button', { name: /Field$/ }).click();
    await page.getByRole('option', { name: 'Title' }).click();
    await dialog.getByText('Empty the field').click();
    await dialog.getByRole('button', { name: 'Change 2 leads' }).click();
    await expect(page.getByText('Emptied Title of 2 leads')).toBeVisible();
    await expect(await cell(page, 'One', 'Title')).toHaveText('');
  });

  test('leave as a file, only those that are selected', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One' }, { name: 'Two' }, { name: 'Three' }]);
    await openTable(page, company);
    for (const name of ['One', 'Three']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('button', { name: 'More actions for the selected leads' }).click();
    await page.getByRole('menuitem', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export leads' });
    await expect(dialog).toContainText('the 2 leads that you selected');
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export 2' }).click();
    const file = await (await download).path();
    const rows = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
    expect(rows).toHaveLength(3);
    expect(rows.slice(1).map((it) => it.split(',')[0]).toSorted()).toEqual(['One', 'Three']);
  });

  test('leave as a workbook', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One' }]);
    await openTable(page, company);
    await page.goto(`/leads?q=${company}&dialog=export`);
    const dialog = page.getByRole('dialog', { name: 'Export leads' });
    await dialog.getByRole('button', { name: /Format/ }).click();
    await page.getByRole('option', { name: /XLSX/ }).click();
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export 1' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^leads-.*\.xlsx$/);
    const bytes = await readFile(await file.path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
  });
});
