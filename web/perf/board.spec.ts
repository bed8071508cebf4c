import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { allHold, percentile, record } from './figures';
import { serveManyLeads } from './many-leads';

/** Notes what the browser tells of itself: frames, long tasks, shifts, answers to input. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { frames: [] as number[], tasks: [] as number[], shifts: 0, moved: [] as string[], inputs: [] as number[], drop: -1 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId: number })[]) {
        if (entry.interactionId > 0) seen.inputs.push(entry.duration);
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        seen.shifts += entry.value;
        seen.moved.push(`${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 120) : '?')).join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    let last = performance.now();
    const frame = (now: number) => {
      seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    // After the listeners of the app have moved the card, the next frame draws it.
    window.addEventListener('drop', () => {
      const at = performance.now();
      requestAnimationFrame(() => setTimeout(() => (seen.drop = performance.now() - at)));
    });
  });
}

interface Shift extends PerformanceEntry {
  hadRecentInput: boolean;
  value: number;
  sources: { node: Node | null }[];
}

interface Seen {
  frames: number[];
  tasks: number[];
  shifts: number;
  /** What has shifted, so that a figure above the limit says where to look. */
  moved: string[];
  inputs: number[];
  drop: number;
}

const seen = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

const forget = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const all = (window as unknown as { seen: Seen }).seen;
    all.frames.length = 0;
    all.tasks.length = 0;
  });

async function heapMiB(client: CDPSession): Promise<number> {
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

test('120,000 leads in memory: scroll, drag, heap, keys', async ({ page, context }) => {
  test.setTimeout(180_000);
  await watch(page);
  await serveManyLeads(page);
  const client = await context.newCDPSession(page);
  // With a word in the address the page brings no cards along, and asks.
  await page.goto('/board?sort=position&density=comfortable&q=k');
  await expect(page.locator('[data-card]').first()).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  record('heap.120k_mib', await heapMiB(client), 60);

  const grid = page.getByRole('grid').first();
  const box = await grid.boundingBox();
  if (!box) throw new Error('the column is not on the screen');
  await page.mouse.move(box.x + 100, box.y + 300);
  await forget(page);
  for (let n = 0; n < 120; n += 1) await page.mouse.wheel(0, n % 2 === 0 ? 700 : 400);
  const scroll = await seen(page);
  record('scroll.frame_p95_ms', percentile(scroll.frames, 0.95), 20);
  record('scroll.longest_task_ms', Math.max(0, ...scroll.tasks), 50);
  expect(await grid.evaluate((it) => it.scrollTop)).toBeGreaterThan(20_000);

  const second = page.getByRole('grid').nth(1);
  const target = await second.boundingBox();
  if (!target) throw new Error('the column is not on the screen');
  const drops: number[] = [];
  const frames: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await page.mouse.move(box.x + 100, box.y + 150);
    await page.mouse.down();
    await page.mouse.move(box.x + 110, box.y + 160, { steps: 3 });
    await forget(page);
    for (let n = 0; n < 60; n += 1) await page.mouse.move(target.x + 60 + n, target.y + 60 + n * 8);
    frames.push(...(await seen(page)).frames);
    await page.mouse.up();
    await expect.poll(async () => (await seen(page)).drop).toBeGreaterThan(0);
    drops.push((await seen(page)).drop);
    await page.evaluate(() => Object.assign((window as unknown as { seen: Seen }).seen, { drop: -1 }));
  }
  record('drag.frame_p95_ms', percentile(frames, 0.95), 20);
  record('drag.drop_to_painted_ms', Math.max(...drops), 50);
  const { shifts, moved } = await seen(page);
  record('layout_shift', shifts, 0.01);
  if (shifts > 0.01) console.log(moved.join('\n'));
  allHold();
});

for (const [name, rate, limit] of [
  ['x1', 1, 100],
  ['x4', 4, 200],
] as const) {
  test(`answers to keys at CPU ${name}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await watch(page);
    const client = await context.newCDPSession(page);
    await page.goto('/board');
    await expect(page.locator('[data-card]').first()).toBeVisible();
    await page.waitForTimeout(2000);
    await client.send('Emulation.setCPUThrottlingRate', { rate });
    await page.locator('[data-card]').first().focus();
    const keys = [
      ...Array.from({ length: 30 }, () => 'ArrowDown'),
      'PageDown',
      'PageDown',
      'ArrowRight',
      'Space',
      'ArrowDown',
      'ArrowLeft',
      'Escape',
      'x',
      'Shift+ArrowDown',
      'Escape',
      'Home',
      'End',
      'ArrowRight',
    ];
    for (const key of keys) {
      await page.keyboard.press(key);
      await page.waitForTimeout(80);
    }
    record(`inp.${name}_ms`, Math.max(0, ...(await seen(page)).inputs), limit);
    allHold();
  });
}
