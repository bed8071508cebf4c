import { ask, expect, expectAccessible, expectFocus, press, test, withoutPointer } from '../fixtures';
import { cell, focusedText, leads, namesIn, openTable, ownWord } from './stage';

test.describe('the table of leads', () => {
  test('is walked, edited and undone by keyboard', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Barbara D.' }, { name: 'Hedy J.', title: 'CEO' }]);
    await withoutPointer(page);
    await openTable(page, company);
    await expectAccessible(page);
    await page.locator('[data-cell="0:1"]').focus();
    expect(await focusedText(page)).toContain('Hedy J.');
    await press(page, 'ArrowDown', 'ArrowRight');
    expect(await focusedText(page)).toBe(company);
    // Typing begins an edit; Escape leaves it as it was.
    await page.keyboard.type('Wonka');
    await press(page, 'Escape');
    expect(await focusedText(page)).toBe(company);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Company' })).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.type(' Ltd');
    await press(page, 'Enter');
    await expect(await cell(page, 'Barbara D.', 'Company')).toHaveText(`${company} Ltd`);
    await expect(page.locator('[data-live=polite]')).toContainText('Changed Company of Barbara D.');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(await cell(page, 'Barbara D.', 'Company')).toHaveText(company);
    await expectFocus(page);
  });

  test('chooses a stage by typing, and gives the focus back to the cell', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Vint Hopper' }]);
    await withoutPointer(page);
    await openTable(page, company);
    await page.locator('[data-cell="0:3"]').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('searchbox', { name: 'Find a stage' })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type('qual');
    await press(page, 'ArrowDown', 'Enter');
    await expect(await cell(page, 'Vint Hopper', 'Stage')).toHaveText('Qualified');
    await expect(page.locator('[data-cell="0:3"]')).toBeFocused();
  });

  test('says at the cell what the server refuses, and puts the value back', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Ada', email: 'ada@example.org' }]);
    await openTable(page, company);
    const email = await cell(page, 'Ada', 'E-mail');
    await email.dblclick();
    const field = page.getByRole('textbox', { name: 'E-mail' });
    await field.fill('nobody at home');
    await field.press('Enter');
    await expect(email).toContainText('ada@example.org');
    await expect(email).toContainText(/e-mail address/i);
    await expect(email).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(page);
    await email.press('Enter');
    await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('nobody at home');
  });

  test('sorts, sizes, moves and hides columns without a pointer; the address keeps it', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'B', score: 10 }, { name: 'C', score: 90 }, { name: 'A', score: 50 }]);
    await withoutPointer(page);
    await openTable(page, company);
    await page.locator('[data-cell="0:1"]').focus();
    await press(page, 'ArrowUp', 'Enter');
    await expect.poll(() => namesIn(page)).toEqual(['A', 'B', 'C']);
    await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(page).toHaveURL(/sort=name/);
    await press(page, 'ArrowRight', 'Alt+ArrowDown');
    await expect(page.getByRole('menu', { name: 'Column Company' })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.type('Width');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Pixels' })).toBeFocused();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('300');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/company\*300/);
    await expectFocus(page);
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Company' })).toHaveCSS('width', '300px');
    await expect.poll(() => namesIn(page)).toEqual(['A', 'B', 'C']);
  });

  test('moves a selection, tells the numbers, and takes it back', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One' }, { name: 'Two' }, { name: 'Three' }]);
    await withoutPointer(page);
    await openTable(page, company);
    await page.locator('[data-cell="0:1"]').focus();
    await press(page, 'Space', 'Shift+ArrowDown');
    const bar = page.getByRole('toolbar', { name: 'Selected leads' });
    await expect(bar).toContainText('2 selected');
    await expectAccessible(page);
    await bar.getByRole('button', { name: 'Move to a stage' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('searchbox', { name: 'Find a stage' })).toBeFocused();
    await page.keyboard.type('won');
    await press(page, 'ArrowDown', 'Enter');
    await expect(page.getByText('Moved 2 leads to Won')).toBeVisible();
    await expect(await cell(page, 'Two', 'Stage')).toHaveText('Won');
    await expect(await cell(page, 'One', 'Stage')).toHaveText('New');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(await cell(page, 'Two', 'Stage')).toHaveText('New');
  });

  test('deletes a whole filter with a look at the numbers first, and takes it back', async ({ page, request }) => {
    const company = ownWord();
    const bodies = Array.from({ length: 129 }, (_, index) => ({ name: `Lead ${index}` }));
    await Promise.all(bodies.map((body) => ask(request, 'POST', '/leads', { company, ...body })));
    await leads(request, company, [{ name: 'Lead 129' }]);
    // A filter is counted to the end; what a search finds is not, see the next journey.
    await page.goto(`/leads?f=company:is:${company}`);
    await page.getByRole('checkbox', { name: 'Select all rows that are loaded' }).check();
    const bar = page.getByRole('toolbar', { name: 'Selected leads' });
    await expect(bar).toContainText('100 selected');
    await bar.getByRole('button', { name: /Select all 130/ }).click();
    await expect(bar).toContainText('130 selected');
    await page.getByRole('checkbox', { name: 'Select Lead 129' }).uncheck();
    await expect(bar).toContainText('129 selected');
    await bar.getByRole('button', { name: 'More actions for the selected leads' }).click();
    await page.getByRole('menuitem', { name: 'Move to the trash…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move 129 leads to the trash?' });
    await expect(dialog).toContainText('Will be changed129');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Move 129 leads to the trash' }).click();
    await expect(page.getByText('Moved 129 leads to the trash')).toBeVisible();
    await expect.poll(() => namesIn(page)).toEqual(['Lead 129']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('130 leads')).toBeVisible();
  });

  test('does not claim to know how many a search finds, until it has looked', async ({ page, request }) => {
    const company = ownWord();
    const bodies = Array.from({ length: 130 }, (_, index) => ({ name: `Lead ${index}` }));
    await Promise.all(bodies.map((body) => ask(request, 'POST', '/leads', { company, ...body })));
    await openTable(page, company);
    await page.getByRole('checkbox', { name: 'Select all rows that are loaded' }).check();
    const bar = page.getByRole('toolbar', { name: 'Selected leads' });
    await bar.getByRole('button', { name: 'Select all 101+' }).click();
    await expect(bar).toContainText('101+ selected');
    await bar.getByRole('button', { name: 'More actions for the selected leads' }).click();
    await page.getByRole('menuitem', { name: 'Move to the trash…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move 130 leads to the trash?' });
    await expect(dialog).toContainText('Leads selected130');
    await dialog.getByRole('button', { name: 'Move 130 leads to the trash' }).click();
    await expect(page.getByText('Moved 130 leads to the trash')).toBeVisible();
  });

  test('filters by chips and by groups; the address is the filter', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Low', score: 10 }, { name: 'High', score: 90 }, { name: 'Tagged', score: 20, tags: ['vip'] }]);
    await openTable(page, company);
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('searchbox', { name: 'Find a field' }).fill('scor');
    await page.getByRole('menuitem', { name: 'Score' }).click();
    await page.getByRole('dialog', { name: 'Score' }).getByRole('textbox', { name: 'Value' }).fill('60');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => namesIn(page)).toEqual(['High']);
    await expect(page).toHaveURL(/f=score:gte:60/);
    await page.getByRole('button', { name: 'All filters, with groups' }).click();
    const builder = page.getByRole('dialog', { name: 'Filters' });
    await expect(builder).toContainText('1 lead matches');
    await expectAccessible(page);
    await builder.getByRole('radio', { name: 'None of' }).click();
    await expect(builder).toContainText('2 leads match');
    await builder.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => namesIn(page)).toEqual(['Tagged', 'Low']);
    await page.reload();
    await expect.poll(() => namesIn(page)).toEqual(['Tagged', 'Low']);
    await page.getByRole('button', { name: /^Remove filter: / }).click();
    await expect.poll(() => namesIn(page)).toEqual(['Tagged', 'High', 'Low']);
    await expectFocus(page);
  });

  test('says that nothing matches, and clears what hides it', async ({ page }) => {
    await page.goto('/leads?f=name:is:nobody%20of%20this%20name');
    await expect(page.getByRole('heading', { name: 'No leads match' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear 1 filter' }).click();
    await expect(page).not.toHaveURL(/f=/);
  });

  test('keeps a view, pins it, and begins with it', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Hot one', score: 90 }]);
    await openTable(page, company, '&f=score:gte:60');
    await page.getByRole('button', { name: 'Save as view…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as a view' });
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await expectAccessible(page);
    await dialog.getByRole('textbox', { name: 'Name' }).fill(`Hot ${company}`);
    await dialog.getByRole('button', { name: 'Save view' }).click();
    const tab = page.getByRole('navigation', { name: 'Saved views' }).getByRole('link', { name: new RegExp(`Hot ${company}`) });
    await expect(tab).toHaveAttribute('aria-current', 'page');
    await expect(page).toHaveURL(/\?view=[0-9a-f-]+$/);
    await expect.poll(() => namesIn(page)).toEqual(['Hot one']);
    await page.getByRole('button', { name: `View Hot ${company}` }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete view' }).click();
    await expect(tab).toBeHidden();
    await expectFocus(page);
  });

  test('groups by stage with counts, and opens a group by keyboard', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'One', value: 100 }, { name: 'Two', value: 50 }]);
    await withoutPointer(page);
    await page.goto(`/leads?q=${company}&group=stage`);
    const group = page.getByRole('gridcell', { name: 'New' });
    await expect(group).toContainText('2');
    await group.focus();
    await press(page, 'Enter');
    await expect.poll(() => namesIn(page)).toEqual(['Two', 'One']);
    await expectAccessible(page);
    await press(page, 'ArrowDown');
    expect(await focusedText(page)).toContain('Two');
  });

  test('holds what strangers type, however long, foreign or hostile', async ({ page, request }) => {
    const company = ownWord();
    const names = ['x'.repeat(200), '🦄'.repeat(40), 'مريم العلي', '<img src=x onerror="document.title=1">'];
    await leads(request, company, names.map((name) => ({ name })));
    await openTable(page, company);
    await expect.poll(async () => (await namesIn(page)).toReversed()).toEqual(names);
    expect(await page.locator('[role=grid] img').count()).toBe(0);
    const rows = await page.getByRole('row').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().height));
    expect(new Set(rows.slice(1)).size).toBe(1);
    await page.getByRole('link', { name: names[0] as string }).click();
    await expect(page.getByRole('complementary', { name: 'Lead details' })).toContainText('x'.repeat(200));
    const isWide = await page.getByRole('complementary', { name: 'Lead details' }).evaluate((it) => it.scrollWidth > it.clientWidth);
    expect(isWide, 'the drawer scrolls sideways').toBe(false);
  });

  for (const width of [320, 390, 900]) {
    test(`has everything in reach at ${width} px`, async ({ page, request }) => {
      const company = ownWord();
      await leads(request, company, [{ name: 'Ada' }]);
      await page.setViewportSize({ width, height: 800 });
      await openTable(page, company);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
      await expectAccessible(page);
    });
  }
});
