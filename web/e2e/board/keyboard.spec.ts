import { card, column, focused, namesIn, openBoard, said, setStage } from './stage';
import { expect, test, withoutPointer } from '../fixtures';

test.describe('the board by keyboard', () => {
  test.beforeEach(({ page }) => withoutPointer(page));

  test('lifts, carries and drops; cancels; undoes', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3, Contacted: 2 } }));
    await card(page, 'New 2').focus();
    await page.keyboard.press('Space');
    await expect(said(page)).toContainText('Lifted New 2.');
    await page.keyboard.press('ArrowRight');
    await expect(said(page)).toContainText('Contacted, position 2 of 3.');
    expect(await focused(page)).toBe('New 2');
    await page.keyboard.press('Escape');
    await expect(said(page)).toContainText('Move cancelled.');
    expect(await focused(page)).toBe('New 2');
    expect(await namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
    for (const key of ['Space', 'ArrowRight', 'ArrowUp', 'Space']) await page.keyboard.press(key);
    await expect(said(page)).toContainText('Moved New 2 to Contacted, position 1 of 3.');
    await expect.poll(() => focused(page)).toBe('New 2');
    await page.keyboard.press('u');
    await expect(said(page)).toContainText('Move undone.');
    expect(await namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
    expect(await focused(page)).toBe('New 2');
    await page.reload();
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
  });

  test('carries a card 40 rows beyond what is drawn, over pages that are not loaded', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 1, Contacted: 120 } }));
    await card(page, 'New 1').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    for (let n = 0; n < 59; n += 1) await page.keyboard.press('ArrowDown');
    await expect(said(page)).toContainText('Contacted, position 60 of 121.');
    await page.keyboard.press('Enter');
    await expect(said(page)).toContainText('Moved New 1 to Contacted, position 60 of 121.');
    await expect.poll(() => focused(page)).toBe('New 1');
    await expect(card(page, 'New 1')).toHaveAttribute('aria-rowindex', '60');
    await page.reload();
    await column(page, 'Contacted').getByRole('row').first().focus();
    for (let n = 0; n < 59; n += 1) await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toBe('New 1');
  });

  test('jumps to the end over pages that are not loaded, and keeps the focus on a row', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 130 } }));
    await card(page, 'New 1').focus();
    await page.keyboard.press('End');
    expect(await focused(page)).not.toBe('body');
    await expect.poll(() => focused(page)).toBe('New 130');
    await page.keyboard.press('Home');
    await expect.poll(() => focused(page)).toBe('New 1');
    await page.keyboard.press('PageDown');
    expect(await focused(page)).not.toBe('New 1');
  });

  test('goes over to the next stage at the same height, and sends a card there', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3, Contacted: 3 } }));
    await card(page, 'New 2').focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('Contacted 2');
    await page.keyboard.press('h');
    expect(await focused(page)).toBe('New 2');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(said(page)).toContainText('Moved New 2 to Contacted, position 1 of 4.');
    await expect.poll(() => focused(page)).toBe('New 2');
  });

  test('chooses a stage by typing, and gives the focus back to the card', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3 } }));
    await card(page, 'New 2').focus();
    await page.keyboard.press('s');
    await expect(page.getByRole('menu', { name: 'Move New 2 to stage' })).toBeVisible();
    await page.keyboard.type('qual');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => namesIn(page, 'Qualified')).toEqual(['New 2']);
    await expect.poll(() => focused(page)).toBe('New 2');
    await page.keyboard.press('.');
    await expect(page.getByRole('menu', { name: 'Actions for New 2' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe('New 2');
  });

  test('selects, extends and moves several with one undo', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 4, Contacted: 1 } }));
    await card(page, 'New 2').focus();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(said(page)).toContainText('2 leads selected.');
    await page.keyboard.press('Space');
    await expect(said(page)).toContainText('Lifted 2 leads.');
    await page.keyboard.press('ArrowRight');
    await expect(said(page)).toContainText('Contacted.');
    await page.keyboard.press('Enter');
    await expect(said(page)).toContainText('Moved 2 leads to Contacted.');
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['New 2', 'New 3', 'Contacted 1']);
    expect(await focused(page)).toBe('New 2');
    await page.keyboard.press('u');
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3', 'New 4']);
  });

  test('offers the rest of a long column, and moves it whole', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 110 } }));
    await card(page, 'New 1').focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Select all 110 in New' }).press('Enter');
    const bar = page.getByRole('toolbar', { name: 'Selected leads' });
    await expect(bar).toContainText('110 leads selected');
    await bar.getByRole('button', { name: 'Move…' }).press('Enter');
    await page.getByRole('menuitem', { name: /Contacted/ }).press('Enter');
    await expect(column(page, 'Contacted').getByRole('grid')).toHaveAttribute('aria-rowcount', '110');
    expect(await focused(page)).not.toBe('body');
  });

  test('opens a lead and comes back to its card', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3 } }));
    await card(page, 'New 2').focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/lead=/);
    await expect(page.getByRole('heading', { name: 'New 2' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page).not.toHaveURL(/lead=/);
    await expect.poll(() => focused(page)).toBe('New 2');
  });
});
