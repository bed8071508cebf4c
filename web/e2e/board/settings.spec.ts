import { ask, expect, expectAccessible, test } from '../fixtures';
import { column, setStage } from './stage';

test.describe('the settings of pipelines', () => {
  test('by keyboard: a stage is added, named, moved up and saved', async ({ page, request }) => {
    const { pipeline } = await setStage(request, { leads: { New: 1 } });
    await page.goto(`/settings/pipelines?pipeline=${pipeline}`);
    await page.getByRole('button', { name: 'Add a stage' }).press('Enter');
    const added = page.getByRole('textbox', { name: 'Name of stage 4' });
    await expect(added).toBeFocused();
    await expect(page.getByText('Give the stage a name.')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.type('Proposal');
    await page.getByRole('button', { name: 'Move Proposal up' }).press('Enter');
    await expect(page.locator('[data-live="assertive"]')).toContainText('Proposal, position 3 of 6.');
    await expect(page.getByRole('list', { name: 'Preview' }).getByRole('listitem')).toHaveText(['New', 'Contacted', 'Proposal', 'Qualified', 'Won', 'Lost']);
    await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
    const { stages } = await ask<{ stages: { name: string }[] }>(request, 'GET', `/lead-pipelines/${pipeline}`);
    expect(stages.map((it) => it.name)).toEqual(['New', 'Contacted', 'Proposal', 'Qualified', 'Won', 'Lost']);
  });

  test('by pointer: a stage with leads goes, and its leads where they are told to', async ({ page, request }) => {
    const { pipeline } = await setStage(request, { leads: { New: 2, Contacted: 3 } });
    await page.goto(`/settings/pipelines?pipeline=${pipeline}`);
    await page.getByRole('button', { name: 'Remove Contacted' }).click();
    const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await expect(dialog).toContainText('3 leads stand in it');
    await dialog.getByRole('button', { name: 'New' }).click();
    await page.getByRole('option', { name: 'Qualified' }).click();
    await dialog.getByRole('button', { name: 'Remove the stage' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
    await page.getByRole('link', { name: 'To the board' }).click();
    await expect(column(page, 'Qualified').getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
    await expect(column(page, 'Contacted')).toHaveCount(0);
  });

  test('a draft is thrown away by Discard, and a new colour is one of any hue', async ({ page, request }) => {
    const { pipeline } = await setStage(request, { leads: { New: 1 } });
    await page.goto(`/settings/pipelines?pipeline=${pipeline}`);
    await page.getByRole('textbox', { name: 'Name of stage 1' }).fill('Fresh');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByRole('textbox', { name: 'Name of stage 1' })).toHaveValue('New');
    await page.getByRole('button', { name: 'Colour of New' }).press('Enter');
    await page.getByRole('slider', { name: 'Any other hue' }).fill('140');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
    const { stages } = await ask<{ stages: { color: string }[] }>(request, 'GET', `/lead-pipelines/${pipeline}`);
    expect(stages[0]?.color).not.toBe('#1a73d5');
  });

  test('a pipeline is made and removed', async ({ page }) => {
    await page.goto('/settings/pipelines');
    await page.getByRole('button', { name: 'New pipeline' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Renewals of tests');
    await page.getByRole('button', { name: 'Make the pipeline' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Renewals of tests');
    await page.getByRole('button', { name: 'Remove the pipeline' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the pipeline' }).click();
    await expect(page.getByRole('button', { name: 'Renewals of tests' })).toHaveCount(0);
  });
});

test('custom fields are made, put in order and removed', async ({ page, request }) => {
  const name = `Budget ${Math.random().toString(36).slice(2, 8)}`;
  await page.goto('/settings/fields');
  await page.getByRole('button', { name: 'New field' }).first().press('Enter');
  await expectAccessible(page);
  await page.keyboard.type(name);
  await page.getByRole('button', { name: 'Add the field' }).press('Enter');
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: name })).toBeVisible();
  await page.getByRole('button', { name: `Edit ${name}` }).press('Enter');
  await page.getByRole('switch', { name: 'Required' }).press('Space');
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: name })).toContainText('Required');
  const { data } = await ask<{ data: { name: string; required: boolean }[] }>(request, 'GET', '/lead-fields');
  expect(data.find((it) => it.name === name)?.required).toBe(true);
  await page.getByRole('button', { name: `Remove ${name}` }).press('Enter');
  await page.getByRole('button', { name: 'Remove the field' }).press('Enter');
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: name })).toHaveCount(0);
});
