import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { ask, expect } from '../fixtures';

/** A board of its own for one test, made through the API. */
export interface Stage {
  readonly pipeline: string;
  readonly stages: Record<string, string>;
}

interface Wanted {
  /** How many leads stand in which stage; they are named "New 1", "New 2" … from the top. */
  readonly leads: Record<string, number>;
}

const STAGES = [
  { name: 'New', color: '#1a73d5' },
  { name: 'Contacted', color: '#b47520' },
  { name: 'Qualified', color: '#8054d6' },
  { name: 'Won', color: '#21914e', type: 'won' },
  { name: 'Lost', color: '#d33a3c', type: 'lost' },
];

/** Makes a pipeline with five stages and leads in them. */
export async function setStage(request: APIRequestContext, { leads }: Wanted): Promise<Stage> {
  const name = `Test ${Math.random().toString(36).slice(2, 8)}`;
  const made = await ask<{ id: string; stages: { id: string; name: string }[] }>(request, 'POST', '/lead-pipelines', {
    name,
    stages: STAGES,
  });
  const stages = Object.fromEntries(made.stages.map((it) => [it.name, it.id]));
  for (const [stage, count] of Object.entries(leads)) {
    // The newest lead stands on top, so the last one goes in first.
    for (let number = count; number >= 1; number -= 1) {
      await ask(request, 'POST', '/leads', { name: `${stage} ${number}`, stageId: stages[stage], value: 100, currency: 'EUR' });
    }
  }
  return { pipeline: made.id, stages };
}

/** Opens the board and waits for its cards. */
export async function openBoard(page: Page, { pipeline }: Stage, query = ''): Promise<void> {
  await page.goto(`/board?pipeline=${pipeline}${query}`);
  await expect(page.getByRole('region', { name: 'New' }).getByRole('row').first()).toBeVisible();
}

export const column = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

export const card = (page: Page, name: string): Locator =>
  page.locator('[role="row"][data-card]').filter({ has: page.getByText(name, { exact: true }) });

/** The names of the cards of a column that are drawn, from the top down. */
export async function namesIn(page: Page, name: string): Promise<string[]> {
  const rows = column(page, name).locator('[data-card]');
  const found = await rows.evaluateAll((all) =>
    all
      .map((row) => ({ row: Number(row.getAttribute('data-idx')), name: (row.getAttribute('aria-label') ?? '').split(',')[0] ?? '' }))
      .toSorted((a, b) => a.row - b.row)
      .map((it) => it.name),
  );
  return found;
}

/** What has the focus: a card's name, or what the element is. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return 'body';
    return (element.getAttribute('aria-label') ?? element.textContent ?? '').split(',')[0] ?? '';
  });

/** What the board has said last. */
export const said = (page: Page): Locator => page.locator('[data-live="assertive"]');

/** Drags by hand: the browser wants several moves to believe it. */
export async function drag(page: Page, from: Locator, to: Locator, at: { x?: number; y: number }): Promise<void> {
  await lift(page, from);
  await hover(page, to, at);
  await page.mouse.up();
}

export async function lift(page: Page, from: Locator): Promise<void> {
  const box = await boxOf(from);
  await page.mouse.move(box.x + 40, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 50, box.y + 30, { steps: 3 });
  await page.mouse.move(box.x + 60, box.y + 34, { steps: 3 });
}

export async function hover(page: Page, to: Locator, { x = 60, y }: { x?: number; y: number }): Promise<void> {
  const box = await boxOf(to);
  await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
  await page.mouse.move(box.x + x + 1, box.y + y, { steps: 2 });
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (!box) throw new Error('the element is not on the screen');
  return box;
}
