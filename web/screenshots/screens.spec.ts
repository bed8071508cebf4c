import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { PROGRAM, startServer } from '../e2e/server';

const FOLDER = join(import.meta.dirname, '../../docs/screenshots');

/** Every screen: the name of its file, its address, and what to do before it is taken. */
const SCREENS: [name: string, address: string, prepare?: (page: Page) => Promise<unknown>][] = [
  ['board', '/board'],
  ['leads', '/leads'],
  ['lead', '/board', (page) => page.locator('[data-card]').first().click()],
  ['palette', '/board', (page) => page.keyboard.press('ControlOrMeta+k')],
  ['shortcuts', '/board', (page) => page.keyboard.press('?')],
  ['duplicates', '/duplicates'],
  ['settings-workspace', '/settings/workspace'],
  ['settings-members', '/settings/members'],
  ['settings-teams', '/settings/teams'],
  ['settings-roles', '/settings/roles'],
  ['settings-pipelines', '/settings/pipelines'],
  ['settings-fields', '/settings/fields'],
  ['settings-api-keys', '/settings/api-keys'],
  ['settings-audit', '/settings/audit'],
  ['profile', '/profile'],
  ['profile-preferences', '/profile?tab=preferences'],
];

const LOOKS = [
  { suffix: '', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { suffix: '-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { suffix: '-phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { suffix: '-phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

for (const { suffix, viewport, colorScheme } of LOOKS) {
  test(`screens of ${viewport.width} px in ${colorScheme}`, async ({ browser }) => {
    mkdirSync(FOLDER, { recursive: true });
    const server = await startServer();
    const printed = execFileSync(PROGRAM, ['demo', '--leads', '400'], { env: server.environment, encoding: 'utf8' });
    const password = /with the password (\S+)/.exec(printed)?.[1] ?? '';
    const context = await browser.newContext({ baseURL: server.url, viewport, colorScheme, locale: 'en-US', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto('/sign-in');
    await take(page, `sign-in${suffix}`);
    await page.getByLabel('E-mail').fill('dana@demo.example');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/board');
    for (const [name, address, prepare] of SCREENS) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await prepare?.(page);
      await take(page, name + suffix);
    }
    await context.close();
    await server.stop();
  });
}

/** WebP with few colours lost: small enough to live beside the text. */
async function take(page: Page, name: string): Promise<void> {
  // The stream of events keeps the network busy for ever; what is on its way shows itself as busy.
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
  });
  const png = await page.screenshot({ animations: 'disabled' });
  const webp = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = data;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.6 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, `data:image/png;base64,${png.toString('base64')}`);
  writeFileSync(join(FOLDER, `${name}.webp`), new Uint8Array(webp));
}
