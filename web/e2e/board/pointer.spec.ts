import { card, column, drag, focused, hover, lift, namesIn, openBoard, said, setStage } from './stage';
import { expect, test } from '../fixtures';

test.describe('the board by pointer', () => {
  test('puts a card elsewhere in its column, and back by Undo', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 5 } }));
    await drag(page, card(page, 'New 1'), card(page, 'New 3'), { y: 80 });
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 2', 'New 3', 'New 1', 'New 4', 'New 5']);
    await expect(said(page)).toContainText('Moved New 1 to New, position 3 of 5.');
    await page.reload();
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 2', 'New 3', 'New 1', 'New 4', 'New 5']);
  });

  test('puts a card between two others of another column', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3, Contacted: 3 } }));
    await drag(page, card(page, 'New 2'), card(page, 'Contacted 2'), { y: 4 });
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['Contacted 1', 'New 2', 'Contacted 2', 'Contacted 3']);
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 3']);
    await expect.poll(() => focused(page)).toBe('New 2');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
    await page.reload();
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
  });

  test('drops on an empty column', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 2 } }));
    await drag(page, card(page, 'New 1'), column(page, 'Qualified'), { y: 300 });
    await expect.poll(() => namesIn(page, 'Qualified')).toEqual(['New 1']);
    await expect(column(page, 'Qualified').getByRole('grid')).toHaveAttribute('aria-rowcount', '1');
  });

  test('scrolls at the edge, and drops far from a source that is out of sight', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 60 } }));
    const grid = column(page, 'New').getByRole('grid');
    await lift(page, card(page, 'New 1'));
    const box = await grid.boundingBox();
    if (!box) throw new Error('the column is not on the screen');
    for (let n = 0; n < 200; n += 1) {
      await page.mouse.move(box.x + 80 + (n % 2), box.y + box.height - 8);
      if ((await grid.evaluate((it) => it.scrollTop)) > 1500) break;
    }
    await page.mouse.move(box.x + 80, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect(said(page)).toContainText(/Moved New 1 to New, position (1[5-9]|[2-5]\d) of 60\./);
    await expect.poll(() => focused(page)).toBe('New 1');
  });

  test('takes the whole selection along, as one move with one undo', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 4, Contacted: 1 } }));
    await card(page, 'New 1').click({ modifiers: ['Control'] });
    await card(page, 'New 3').click({ modifiers: ['Control'] });
    await expect(page.getByRole('toolbar', { name: 'Selected leads' })).toContainText('2 leads selected');
    const requests: string[] = [];
    page.on('request', (it) => it.method() !== 'GET' && requests.push(`${it.method()} ${new URL(it.url()).pathname}`));
    await drag(page, card(page, 'New 3'), column(page, 'Contacted'), { y: 200 });
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['New 1', 'New 3', 'Contacted 1']);
    expect(requests).toEqual(['POST /api/leads/bulk-action']);
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3', 'New 4']);
  });

  test('moves through the menu of the card, without dragging', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3, Contacted: 1 } }));
    await card(page, 'New 2').hover();
    await page.getByRole('button', { name: 'Actions for New 2' }).click();
    await page.getByRole('menuitem', { name: /Move to stage/ }).click();
    await page.getByRole('menuitem', { name: /Contacted/ }).click();
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['New 2', 'Contacted 1']);
    await expect.poll(() => focused(page)).toBe('New 2');
  });

  test('shows the whole column where a sorted view decides the place', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 2, Contacted: 2 } }), '&sort=newest');
    await lift(page, card(page, 'New 2'));
    await hover(page, column(page, 'Contacted'), { y: 250 });
    await expect(column(page, 'Contacted')).toHaveAttribute('data-over', '');
    await page.mouse.up();
    await expect(said(page)).toContainText('Moved New 2 to Contacted.');
  });
});
