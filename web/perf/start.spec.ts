import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { allHold, median, record } from './figures';

const RUNS = 5;

interface Start {
  cards: number;
  lcp: number;
  blocked: number;
  shifts: number;
}

/** Loads the board and tells when its first cards were painted. */
async function start(page: Page): Promise<Start> {
  await page.addInitScript(() => {
    const seen = { cards: -1, lcp: 0, blocked: 0, shifts: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.blocked += Math.max(0, entry.duration - 50);
    }).observe({ type: 'longtask', buffered: true });
    new PerformanceObserver((list) => {
      seen.lcp = list.getEntries().at(-1)?.startTime ?? seen.lcp;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) seen.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    const look = () => {
      if (!document.querySelector('[data-card]')) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => (seen.cards = performance.now())));
    };
    requestAnimationFrame(look);
  });
  await page.goto('/board');
  const read = () => page.evaluate(() => (window as unknown as { seen: Start }).seen);
  await expect.poll(async () => (await read()).cards, { timeout: 20_000 }).toBeGreaterThan(0);
  await page.waitForTimeout(700);
  return read();
}

async function slowLine(context: BrowserContext, page: Page): Promise<void> {
  const client = await context.newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await client.send('Network.enable');
  const speed = (1.6 * 1024 * 1024) / 8;
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: speed, uploadThroughput: speed });
}

test('first cards, warm and cold', async ({ browser, signedIn, baseURL }) => {
  test.setTimeout(120_000);
  const own = { storageState: signedIn, ...(baseURL !== undefined && { baseURL }) };
  const warm = await browser.newContext(own);
  const cold: Start[] = [];
  const again: Start[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const fresh = await browser.newContext(own);
    cold.push(await start(await fresh.newPage()));
    await fresh.close();
    const page = await warm.newPage();
    again.push(await start(page));
    await page.close();
  }
  await warm.close();
  const of = (runs: Start[], what: keyof Start) => median(runs.slice(1).map((it) => it[what]));
  record('first_cards.warm_ms', of(again, 'cards'), 300);
  record('first_cards.cold_ms', of(cold, 'cards'), 500);
  record('blocked.x1_ms', of(cold, 'blocked'), 60);
  record('layout_shift.start', of(cold, 'shifts'), 0.01);
  allHold();
});

test('the slow profile', async ({ browser, signedIn, baseURL }) => {
  test.setTimeout(120_000);
  const own = { storageState: signedIn, ...(baseURL !== undefined && { baseURL }) };
  const runs: Start[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const context = await browser.newContext(own);
    const page = await context.newPage();
    await slowLine(context, page);
    runs.push(await start(page));
    await context.close();
  }
  record('lcp.slow_ms', median(runs.slice(1).map((it) => it.lcp)), 1600);
  record('blocked.x4_ms', median(runs.slice(1).map((it) => it.blocked)), 300);
  allHold();
});
