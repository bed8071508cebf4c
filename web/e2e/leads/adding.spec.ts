import { ask, expect, expectAccessible, expectFocus, press, test, withoutPointer } from '../fixtures';
import { leads, openTable, ownWord } from './stage';

test.describe('adding a lead', () => {
  test('takes a name and opens the lead, by keyboard', async ({ page, request }) => {
    const company = ownWord();
    await leads(request, company, [{ name: 'Somebody' }]);
    await withoutPointer(page);
    await openTable(page, company);
    await page.locator('[data-cell="0:0"]').focus();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Add lead' });
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type(`Grace ${company}`);
    await press(page, 'Tab');
    await page.keyboard.type(`grace@${company}.example`);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('complementary', { name: 'Lead details' }).getByRole('heading', { name: `Grace ${company}` })).toBeVisible();
    await expectFocus(page);
  });

  test('shows who is there already while one types, and adds to that lead', async ({ page, request }) => {
    const company = ownWord();
    const [known] = await leads(request, company, [{ name: 'Vint Hopper', email: `vint@${company}.example` }]);
    await page.goto('/leads?dialog=new');
    const dialog = page.getByRole('dialog', { name: 'Add lead' });
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(`vint@${company}.example`);
    const panel = dialog.getByRole('region', { name: 'Who is there already' });
    await expect(panel).toContainText('Looks like Vint Hopper');
    await expect(dialog.getByRole('button', { name: 'Create anyway' })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Chair');
    await panel.getByRole('button', { name: 'Add to Vint Hopper' }).click();
    await expect(dialog).toBeHidden();
    await expect(page).toHaveURL(new RegExp(`lead=${known?.id}`));
    const now = await ask<{ title: string; company: string }>(request, 'GET', `/leads/${known?.id}`);
    expect([now.title, now.company]).toEqual(['Chair', company]);
  });

  test('says at the field what is refused, and keeps what was typed', async ({ page }) => {
    await page.goto('/leads?dialog=new');
    const dialog = page.getByRole('dialog', { name: 'Add lead' });
    await dialog.getByRole('button', { name: 'Add lead' }).click();
    await expect(dialog.getByText('Enter a name, an e-mail address or a phone number.')).toBeVisible();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Ada');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill('nobody at home');
    await dialog.getByRole('textbox', { name: 'E-mail' }).press('Enter');
    await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toHaveAttribute('aria-invalid', 'true');
    await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(dialog.getByText('What you entered is not saved.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Keep editing' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Ada');
    await expectFocus(page);
  });
});
