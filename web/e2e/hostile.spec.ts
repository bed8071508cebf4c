import type { Page } from '@playwright/test';
import { ask, expect, expectAccessible, test } from './fixtures';

/** What people, and programs that mean no good, write into fields. None of it is anything but text. */
const NAMES = {
  long: `Long ${'x'.repeat(195)}`,
  words: `${'Very long name with many words '.repeat(6)}end`,
  emoji: '👩‍👩‍👧‍👦 Família 🧑🏿‍🚀 Ωmega',
  rtl: 'محمد عبد الرحمن السعيد',
  mixed: 'שלום (Ada) 123 \u202Egnp.exe',
  script: '<script>window.wasHacked = 1</script>',
  image: '<img src=x onerror="window.wasHacked = 2">',
  template: '{name, select, other {x}} <b>bold</b> {{7*7}} ${7*7}',
};

const LINK = 'javascript:window.wasHacked=3';

/** As large as a lead may be. */
const custom = () => {
  const fields: Record<string, unknown> = { website: LINK, 'hostile <b>key</b>': NAMES.image };
  for (let at = 0; at < 198; at += 1) fields[`field ${at} ${at % 20 === 0 ? 'with a name that is quite long for a field, as programs make them' : ''}`] = at % 7 === 0 ? 'y'.repeat(900) : `value ${at}`;
  return fields;
};

test.beforeAll(async ({ server, signedIn, playwright }) => {
  const request = await playwright.request.newContext({
    baseURL: server.url,
    extraHTTPHeaders: { origin: server.url },
    storageState: signedIn,
  });
  for (const name of Object.values(NAMES)) {
    await ask(request, 'POST', '/leads', {
      name,
      company: name,
      title: name,
      tags: [name.slice(0, 60), '<b>tag</b>', '😀'.repeat(20)],
      email: `${'e'.repeat(60)}@${'d'.repeat(60)}.example`,
      value: 99_999_999_999,
      currency: 'EUR',
      onMatch: 'create',
    });
  }
  const whole = await ask<{ id: string }>(request, 'POST', '/leads', { name: 'Two hundred fields', customFields: custom(), onMatch: 'create' });
  await ask(request, 'POST', `/leads/${whole.id}/notes`, { value: `${NAMES.script} ${LINK} ${'z'.repeat(10_000)} ${NAMES.rtl}` });
  await ask(request, 'POST', '/lead-fields', { name: 'Homepage', type: 'url' });
  await request.dispose();
});

/** Nothing ran, and nothing is wider than the window. */
async function expectWhole(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as { wasHacked?: number }).wasHacked), 'something was executed').toBeUndefined();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, 'the page scrolls sideways').toBeLessThanOrEqual(0);
  const links = await page.locator('a[href^="javascript:" i]').count();
  expect(links, 'a link that runs').toBe(0);
}

/** What stands in a box is not wider than the box, unless it is cut off or scrolls. */
async function expectInside(page: Page, selector: string): Promise<void> {
  const out = await page.locator(selector).evaluateAll((boxes) =>
    boxes.flatMap((box) => {
      const edge = box.getBoundingClientRect();
      return [...box.querySelectorAll('*')]
        .filter((it) => {
          const { right, left, width } = it.getBoundingClientRect();
          if (width === 0 || (right <= edge.right + 1 && left >= edge.left - 1)) return false;
          for (let at = it.parentElement; at && at !== box.parentElement; at = at.parentElement) {
            if (getComputedStyle(at).overflowX !== 'visible') return false;
          }
          return true;
        })
        .slice(0, 3)
        .map((it) => `${it.tagName}.${it.className} in ${box.tagName}`);
    }),
  );
  expect(out, `what stands in ${selector} runs over its edge`).toEqual([]);
}

test.describe('hostile content', () => {
  for (const width of [390, 1440]) {
    test(`is text on the board and in the table, at ${width} px`, async ({ page }) => {
      test.slow();
      await page.setViewportSize({ width, height: 900 });
      await page.goto('/board');
      await expect(page.getByRole('row', { name: /<script>window/ })).toBeVisible();
      await expect(page.getByText('<img src=x onerror', { exact: false }).first()).toBeVisible();
      await expectWhole(page);
      await expectInside(page, '[role=row]');
      await expectAccessible(page);

      await page.goto('/leads');
      await expect(page.getByRole('row', { name: /Two hundred fields/ })).toBeVisible();
      await expect(page.getByText(NAMES.template, { exact: true }).first()).toBeVisible();
      await expectWhole(page);
      await expectAccessible(page);
    });

    test(`is text beside the board and on the lead's page, at ${width} px`, async ({ page, request }) => {
      test.slow();
      await page.setViewportSize({ width, height: 900 });
      const { data } = await ask<{ data: { id: string; name: string }[] }>(request, 'GET', '/leads?limit=50');
      for (const { id, name } of data) {
        await page.goto(`/board?lead=${id}`);
        const drawer = page.getByRole('dialog').or(page.getByRole('complementary', { name: /details/i }));
        await expect(drawer.getByRole('heading').first()).toContainText(name.trim().slice(0, 12));
        await expectWhole(page);
      }
      const whole = data.find((it) => it.name === 'Two hundred fields');
      await page.goto(`/board?lead=${whole?.id}`);
      await expect(page.getByText('value 197')).toBeAttached();
      await expect(page.getByText('hostile <b>key</b>').first()).toBeAttached();
      await expectWhole(page);
      await expectAccessible(page);
      await page.goto(`/leads/${whole?.id}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two hundred fields');
      await expect(page.getByText('value 197')).toBeAttached();
      await expectWhole(page);
      await expectAccessible(page);
    });
  }

  test('a name of ten thousand characters is cut by its field and refused by the server', async ({ page, request }) => {
    test.slow();
    const refused = await request.post('/api/leads', { data: { name: 'n'.repeat(10_000) } });
    expect(refused.status()).toBe(422);
    await page.goto('/board?dialog=new');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('n'.repeat(10_000));
    await expectWhole(page);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Add lead' }).click();
    await expect(page.getByRole('row', { name: /^n{200},/ })).toBeVisible();
    await expectWhole(page);
    await expectInside(page, '[role=row]');
  });
});
