import { AxeBuilder } from '@axe-core/playwright';
import { type APIRequestContext, type Browser, type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { type Server, startServer } from './server';

export { expect };

export const ADMIN = {
  workspaceName: 'Acme',
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  password: 'correct horse battery',
};

interface OfTest {
  /** What the browser logged as an error; a test that expects one says so. */
  complaints: string[];
}

interface OfWorker {
  /** Tests that name something here share their server with nobody who names something else. */
  ownServer: string;
  /** A server with one workspace, whose Super Admin is `ADMIN`. */
  server: Server;
  /** The file that holds the cookie of `ADMIN`. */
  signedIn: string;
}

/** Somebody signed in at a server of this worker; nothing leaves this machine, and the focus is never lost. */
export const test = base.extend<OfTest, OfWorker>({
  ownServer: ['', { scope: 'worker', option: true }],
  server: [
    async ({ ownServer }, use) => {
      const server = await startServer(ownServer);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  signedIn: [
    async ({ playwright, server }, use, worker) => {
      const request = await playwright.request.newContext({ baseURL: server.url, extraHTTPHeaders: { origin: server.url } });
      const data = { token: server.setupToken, ...ADMIN };
      const answer = await request.post('/api/setup', { data });
      expect(answer.ok(), await answer.text()).toBe(true);
      const file = `${worker.project.outputDir}/state-${worker.workerIndex}.json`;
      await request.storageState({ path: file });
      await request.dispose();
      await use(file);
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  storageState: async ({ signedIn }, use) => use(signedIn),
  request: async ({ playwright, signedIn, server }, use) => {
    // Writes with a cookie are taken from the server's own pages alone.
    const options = { baseURL: server.url, extraHTTPHeaders: { origin: server.url }, storageState: signedIn };
    const request = await playwright.request.newContext(options);
    await use(request);
    await request.dispose();
  },
  complaints: [[], { option: false }],
  page: async ({ page, complaints }, use) => {
    watch(page, complaints);
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** Writes down what no page of the app may do: ask elsewhere, break its policy, throw. */
export function watch(page: Page, complaints: string[]): void {
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') complaints.push(`asked for ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`threw: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|violates the following/i.test(message.text())) complaints.push(message.text());
  });
}

/** A browser that nobody is signed in at. */
export async function strangersPage(browser: Browser, server: Server): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: server.url, locale: 'en-US', storageState: { cookies: [], origins: [] } });
  return { page: await context.newPage(), context };
}

/** Asks the API as the person who is signed in. */
export async function ask<Body>(request: APIRequestContext, method: string, path: string, data?: unknown): Promise<Body> {
  const answer = await request.fetch(`/api${path}`, { method, ...(data !== undefined && { data }) });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.status() === 204 ? (undefined as Body) : ((await answer.json()) as Body);
}

/** From here on the journey is made with keys alone: a click, even one that a helper makes, fails the test. */
export async function withoutPointer(page: Page): Promise<void> {
  for (const name of ['click', 'dblclick', 'down', 'move', 'up', 'wheel'] as const) page.mouse[name] = useTheKeys;
  await page.addInitScript(() => {
    window.addEventListener(
      'pointerdown',
      (event) => {
        if (event.isTrusted) throw new Error('a pointer was used in a journey by keyboard');
      },
      true,
    );
  });
}

const useTheKeys = (): never => {
  throw new Error('this journey is made by keyboard; use the keys');
};

/** Presses keys one after the other; after each the focus is somewhere sensible. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await expectFocus(page);
  }
}

/** The focus is on something, never on the page itself. */
export async function expectFocus(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.tagName ?? 'none'), { message: 'the focus was lost to the page' })
    .not.toMatch(/^(BODY|HTML|none)$/);
}

/** Goes on with Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: RegExp | string): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    const found = page.locator(':focus');
    const here = (await found.count()) > 0 ? await found.evaluate(nameOf) : '';
    if (typeof name === 'string' ? here === name : name.test(here)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

/** Near enough to the accessible name for finding a control: its label, its text, the label of its field. */
function nameOf(element: Element): string {
  const own = element.getAttribute('aria-label');
  if (own) return own;
  const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const labels = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const fields = element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((it) => it.textContent).join(' ') : '';
  return (labels || fields || element.textContent || '').trim();
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Nothing that hinders anybody, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The widget library's announcer names a button for some seconds after it has gone; nobody can reach it there.
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).exclude('[data-live-announcer]').analyze();
    const found = violations.map((it) => `${it.id} (${it.help}): ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect(found, `in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
