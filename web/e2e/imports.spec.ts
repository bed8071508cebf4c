import type { Page } from '@playwright/test';
import { ask, expect, expectAccessible, expectFocus, press, tabTo, test, withoutPointer } from './fixtures';

const HEADER = 'Full name,E-mail,Size of team';

/** Four good rows and three that are not: no address, a bad address, and the same bad address once more. */
const fileOf = (mark: string): string =>
  [
    HEADER,
    `Ada ${mark},ada@${mark}.example,12`,
    `Grace ${mark},grace@${mark}.example,7`,
    `Vint ${mark},n/a,30`,
    `Hedy ${mark},n/a,3`,
    `Alan ${mark},alan at ${mark},5`,
    `Radia ${mark},radia@${mark}.example,9`,
    `Karen ${mark},karen@${mark}.example,2`,
  ].join('\n');

const upload = (mark: string) => ({ name: `${mark}.csv`, mimeType: 'text/csv', buffer: Buffer.from(fileOf(mark)) });

const figure = (page: Page, id: string) => page.locator(`[data-figure="${id}"] dd`).last();

async function leadsOf(page: Page, mark: string): Promise<number> {
  const answer = await page.request.get(`/api/leads?search=${encodeURIComponent(`${mark}.example`)}`);
  return ((await answer.json()) as { data: unknown[] }).data.length;
}

/** The browser's own choice of files cannot be worked with keys by a test, so what it answers is given to it. */
async function chooseFile(page: Page, mark: string, open: () => Promise<void>): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await open();
  await (await chooser).setFiles(upload(mark));
  await expect(page).toHaveURL(/\/imports\/[^/]+\?step=columns/);
  await expect(page.getByRole('heading', { level: 1, name: `${mark}.csv` })).toBeVisible();
}

test.describe('the import of a file', () => {
  test.setTimeout(120_000);

  test('goes from the file to leads and back, by pointer', async ({ page }) => {
    await page.goto('/imports');
    await expect(page.getByRole('heading', { level: 1, name: 'Import' })).toBeVisible();
    await expectAccessible(page);
    await chooseFile(page, 'pointer', () => page.getByRole('button', { name: 'Choose a file' }).click());
    await expectFocus(page);

    const size = page.getByRole('combobox', { name: 'Size of team goes to' });
    await expect(size).toHaveValue('Keep with the lead as “Size of team”');
    await expectAccessible(page);
    await size.click();
    await size.fill('New');
    await page.getByRole('option', { name: 'New custom field “Size of team”' }).click();
    await expect(size).toHaveValue('New custom field “Size of team”');
    await expect(page.getByRole('button', { name: 'Kind of the new field Size of team' })).toContainText('Number');
    await expect(page.getByRole('listbox')).toHaveCount(0);
    await expectFocus(page);
    await expectAccessible(page);
    await size.click();
    await size.fill('Leave');
    await page.getByRole('option', { name: 'Leave out' }).click();
    await expect(page.getByText('2 of 3 columns go to a field; 1 is left out.')).toBeVisible();
    await page.getByRole('button', { name: 'Check', exact: true }).click();

    await expect(page).toHaveURL(/step=check/);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await expect(figure(page, 'rows')).toHaveText('7');
    await expect(figure(page, 'new')).toHaveText('4');
    await expect(figure(page, 'invalid')).toHaveText('3');
    await expectFocus(page);
    await expectAccessible(page);

    const grid = page.getByRole('grid', { name: 'Rows with problems' });
    const cell = grid.getByRole('gridcell', { name: /^n\/a/ }).first();
    await cell.dblclick();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('vint@pointer.example');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Apply to all like this/ }).click();
    await expect(grid.getByText('vint@pointer.example')).toHaveCount(2);
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(figure(page, 'invalid')).toHaveText('1');
    await expect(figure(page, 'duplicateInFile')).toHaveText('1');
    await page.getByRole('button', { name: 'Decide' }).click();

    await expect(page).toHaveURL(/step=decide/);
    await expectAccessible(page);
    await page.getByLabel('Source').fill('Fair');
    await page.getByLabel('Source').blur();
    await page.getByRole('button', { name: 'Run', exact: true }).click();

    await expect(page).toHaveURL(/step=run/);
    await expect(page.getByText('Something was changed since the check')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Import \d+ rows$/ }).click();

    await expect(page).toHaveURL(/step=report/, { timeout: 20_000 });
    await expect(figure(page, 'rows')).toHaveText('7');
    await expect(figure(page, 'invalid')).toHaveText('1');
    await expect(page.getByRole('link', { name: 'Ada pointer' })).toBeVisible();
    await expectFocus(page);
    await expectAccessible(page);
    expect(await leadsOf(page, 'pointer')).toBe(5);

    await page.reload();
    await expect(figure(page, 'rows')).toHaveText('7');
    await page.getByRole('button', { name: 'Undo import' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('None was changed since.', { exact: false })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Undo import' }).click();
    await expect(page.getByText('This import was taken back').first()).toBeVisible();
    await expectFocus(page);
    await expect.poll(() => leadsOf(page, 'pointer')).toBe(0);
    await page.getByRole('link', { name: 'All imports' }).first().click();
    await expect(page.getByRole('link', { name: 'pointer.csv' })).toBeVisible();
    await expectAccessible(page);
  });

  test('goes from the file to leads and back, by keyboard alone', async ({ page }) => {
    await withoutPointer(page);
    await page.goto('/board');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    // Nothing has the focus on a page that has just been opened; it is from the first move on that it is never lost.
    await page.keyboard.press('g');
    await press(page, 'i');
    await expect(page).toHaveURL(/\/imports$/);
    await tabTo(page, 'Choose a file');
    await chooseFile(page, 'keys', () => page.keyboard.press('Enter'));
    await expectFocus(page);

    await tabTo(page, 'Size of team goes to');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('Leave');
    await press(page, 'ArrowDown', 'Enter');
    await expect(page.getByText('2 of 3 columns go to a field; 1 is left out.')).toBeVisible();
    await expectFocus(page);
    await tabTo(page, 'Check');
    await press(page, 'Enter');
    await expect(page).toHaveURL(/step=check/);
    await tabTo(page, 'Check the file');
    await press(page, 'Enter');
    await expect(figure(page, 'invalid')).toHaveText('3');
    await expectFocus(page);

    const grid = page.getByRole('grid', { name: 'Rows with problems' });
    const wrong = grid.getByRole('gridcell', { name: /^n\/a/ }).first();
    for (let step = 0; step < 40 && (await grid.locator(':focus').count()) === 0; step += 1) await page.keyboard.press('Tab');
    // Tab comes to the first row, in which the wrong address stands.
    await press(page, 'Home');
    for (let step = 0; step < 8; step += 1) {
      if (await wrong.evaluate((it) => it === document.activeElement)) break;
      await press(page, 'ArrowRight');
    }
    await expect(wrong).toBeFocused();
    await page.keyboard.press('F2');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('vint@keys.example');
    await press(page, 'Enter');
    await expect(grid.getByText('vint@keys.example')).toBeVisible();
    await tabTo(page, /^Apply to all like this/);
    await press(page, 'Enter');
    await expect(grid.getByText('vint@keys.example')).toHaveCount(2);
    await expectFocus(page);
    await page.goto(page.url());
    await tabTo(page, 'Check again');
    await press(page, 'Enter');
    await expect(figure(page, 'invalid')).toHaveText('1');
    await tabTo(page, 'Decide');
    await press(page, 'Enter');
    await tabTo(page, 'Run');
    await press(page, 'Enter');
    await tabTo(page, /^Import \d+ rows$/);
    await press(page, 'Enter');
    await expect(page).toHaveURL(/step=report/, { timeout: 20_000 });
    await expect(figure(page, 'invalid')).toHaveText('1');
    await expectFocus(page);
    await tabTo(page, 'Undo import');
    await press(page, 'Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Undo import' })).toBeFocused();
    await press(page, 'Enter');
    await expect(page.getByText('This import was taken back').first()).toBeVisible();
    await expectFocus(page);
    await expect.poll(() => leadsOf(page, 'keys')).toBe(0);
  });

  test('says what is wrong with a file, and takes the next one', async ({ page }) => {
    await page.goto('/imports');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles({ name: 'old.xls', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]) });
    await expect(page.getByRole('alert').filter({ hasText: 'old.xls was not taken' })).toBeVisible();
    await expectFocus(page);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expectFocus(page);
    await chooseFile(page, 'next', () => page.getByRole('button', { name: 'Choose a file' }).click());
  });

  test('says that an import is gone, and that there is no way yet', async ({ page, request }) => {
    await page.goto('/imports/019b0000-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { name: 'This import is gone' })).toBeVisible();
    await expectAccessible(page);
    const [first] = (await ask<{ data: { id: string }[] }>(request, 'GET', '/imports')).data;
    test.skip(!first, 'no import of an earlier journey');
    await page.goto(`/imports/${first?.id}?step=nonsense`);
    await expect(page.getByRole('navigation', { name: 'Steps of the import' })).toBeVisible();
  });

  for (const width of [320, 390, 900]) {
    test(`has everything in reach at ${width} px`, async ({ page, request }) => {
      const made = await page.request.post('/api/imports?name=narrow.csv', {
        headers: { 'content-type': 'application/octet-stream', origin: new URL((await request.get('/api/session')).url()).origin },
        data: Buffer.from(fileOf(`w${width}`)),
      });
      const { id } = (await made.json()) as { id: string };
      await page.setViewportSize({ width, height: 800 });
      for (const step of ['file', 'columns', 'check', 'decide', 'run', 'report']) {
        await page.goto(`/imports/${id}?step=${step}`);
        await expect(page.getByRole('heading', { level: 1, name: 'narrow.csv' })).toBeVisible();
        const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(wider, `${step} scrolls sideways`).toBe(false);
        await expectAccessible(page);
      }
    });
  }
});
