import { card, column, focused, namesIn, openBoard, said, setStage } from './stage';
import { ask, expect, expectAccessible, test } from '../fixtures';

test.describe('moves that do not go well', () => {
  test('brings a refused card back, with the reason and the focus', async ({ page, request }) => {
    await openBoard(page, await setStage(request, { leads: { New: 3, Contacted: 1 } }));
    const document = { type: 'about:blank', title: 'Forbidden', status: 403, code: 'forbidden', detail: 'This needs the right leads:move.' };
    await page.route('**/api/leads/*/stage', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(document) }),
    );
    await card(page, 'New 2').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(page.getByText('This needs the right leads:move.').first()).toBeVisible();
    expect(await namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
    await expect.poll(() => focused(page)).toBe('New 2');
  });

  test('tells when somebody else has moved the card meanwhile', async ({ page, request, context }) => {
    const stage = await setStage(request, { leads: { New: 2 } });
    await openBoard(page, stage);
    await card(page, 'New 1').focus();
    const other = await context.newPage();
    await openBoard(other, stage);
    // The first tab does not hear of it in time.
    await page.route('**/api/leads/*/stage', async (route) => {
      await other.bringToFront();
      await card(other, 'New 1').focus();
      await other.keyboard.press('Shift+ArrowRight');
      await expect(said(other)).toContainText('Moved New 1 to Contacted');
      await expect.poll(async () => (await ask<{ data: { name: string; stageId: string }[] }>(request, 'GET', `/leads?stageId=${stage.stages['Contacted']}`)).data.length).toBe(1);
      await route.continue();
    });
    await page.keyboard.press('s');
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.type('qual');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByText('It is in Contacted now.').first()).toBeVisible();
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['New 1']);
  });

  test('asks why a lead was lost and keeps the reason as a note', async ({ page, request }) => {
    const stage = await setStage(request, { leads: { New: 1 } });
    await openBoard(page, stage);
    await card(page, 'New 1').focus();
    await page.keyboard.press('s');
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.type('lost');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Why was New 1 lost?' });
    await expect(dialog).toBeVisible();
    await dialog.getByRole('radio', { name: 'Competitor' }).press('Space');
    await dialog.getByRole('button', { name: 'Save the reason' }).press('Enter');
    await expect(dialog).toBeHidden();
    await expect.poll(() => focused(page)).toBe('New 1');
    const { data } = await ask<{ data: { id: string }[] }>(request, 'GET', `/leads?stageId=${stage.stages['Lost']}`);
    await expect
      .poll(async () => (await ask<{ data: { value: string }[] }>(request, 'GET', `/leads/${data[0]?.id}/notes`)).data[0]?.value)
      .toBe('Lost: Competitor.');
  });
});

test.describe('what others do', () => {
  test('shows a new lead when nobody is in the way, and holds it where somebody is', async ({ page, request }) => {
    const stage = await setStage(request, { leads: { New: 3 } });
    await openBoard(page, stage);
    await ask(request, 'POST', '/leads', { name: 'Early', stageId: stage.stages['New'] });
    await expect.poll(() => namesIn(page, 'New')).toEqual(['Early', 'New 1', 'New 2', 'New 3']);
    await card(page, 'New 1').focus();
    await ask(request, 'POST', '/leads', { name: 'Late', stageId: stage.stages['New'] });
    const pill = page.getByRole('button', { name: '1 new lead' });
    await expect(pill).toBeVisible();
    expect(await focused(page)).toBe('New 1');
    expect(await namesIn(page, 'New')).toEqual(['Early', 'New 1', 'New 2', 'New 3']);
    await pill.press('Enter');
    await expect.poll(() => namesIn(page, 'New')).toEqual(['Late', 'Early', 'New 1', 'New 2', 'New 3']);
    await expect.poll(() => focused(page)).toBe('Late');
  });

  test('waits while a card is in the air', async ({ page, request }) => {
    const stage = await setStage(request, { leads: { New: 2, Contacted: 2 } });
    await openBoard(page, stage);
    await card(page, 'New 1').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await ask(request, 'POST', '/leads', { name: 'Meanwhile', stageId: stage.stages['Contacted'] });
    await page.keyboard.press('ArrowDown');
    expect(await namesIn(page, 'Contacted')).toEqual(['Contacted 1', 'New 1', 'Contacted 2']);
    await page.keyboard.press('Space');
    await expect(said(page)).toContainText('Moved New 1 to Contacted');
    await page.getByRole('button', { name: '1 new lead' }).press('Enter');
    await expect.poll(() => namesIn(page, 'Contacted')).toEqual(['Meanwhile', 'Contacted 1', 'New 1', 'Contacted 2']);
  });

  test('moves the focus to the next card when the focused one goes', async ({ page, request }) => {
    const stage = await setStage(request, { leads: { New: 3 } });
    await openBoard(page, stage);
    await card(page, 'New 2').focus();
    const { data } = await ask<{ data: { id: string; name: string }[] }>(request, 'GET', `/leads?stageId=${stage.stages['New']}`);
    await ask(request, 'DELETE', `/leads/${data.find((it) => it.name === 'New 2')?.id}`);
    await expect.poll(() => focused(page)).toBe('New 3');
    await expect(said(page)).toContainText('Now at New 3.');
  });
});

test('hinders nobody: at rest, with a card in the air, with the menu open, with nothing there', async ({ page, request }) => {
  await openBoard(page, await setStage(request, { leads: { New: 30, Contacted: 2 } }));
  await expectAccessible(page);
  await card(page, 'New 2').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('x');
  await expectAccessible(page);
  await page.keyboard.press('s');
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await openBoard(page, await setStage(request, { leads: { Contacted: 1 } }), '&q=nobody%20is%20called%20so');
  await expect(page.getByText('No lead matches')).toBeVisible();
  await expectAccessible(page);
});

test('folds a column and unfolds it', async ({ page, request }) => {
  await openBoard(page, await setStage(request, { leads: { New: 2, Contacted: 1 } }));
  await column(page, 'New').getByRole('button', { name: 'Actions for New', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Fold' }).click();
  await expect(page.getByRole('button', { name: 'Unfold New' })).toBeVisible();
  await page.getByRole('button', { name: 'Unfold New' }).click();
  await expect.poll(() => focused(page)).toBe('New 1');
});

test('keeps the filter in the address', async ({ page, request }) => {
  await openBoard(page, await setStage(request, { leads: { New: 3 } }));
  await page.getByRole('button', { name: 'Mine' }).click();
  await expect(page).toHaveURL(/f=owner/);
  await expect(page.getByText('No lead matches')).toBeVisible();
  await page.goBack();
  await expect.poll(() => namesIn(page, 'New')).toEqual(['New 1', 'New 2', 'New 3']);
  await page.getByRole('searchbox', { name: 'Search leads' }).fill('New 2');
  await expect.poll(() => namesIn(page, 'New')).toEqual(['New 2']);
  await page.reload();
  await expect.poll(() => namesIn(page, 'New')).toEqual(['New 2']);
});
