import type { APIRequestContext, Page } from '@playwright/test';
import { ask, expect } from '../fixtures';

export interface MadeLead {
  id: string;
  name: string;
  version: number;
}

let count = 0;

/** A word that no other test of this server uses, so that each test sees its own leads alone. */
export function ownWord(): string {
  count += 1;
  return `zq${process.pid}x${count}x`;
}

/** Leads with a company of their own, by which the test finds them. The last is the newest. */
export async function leads(request: APIRequestContext, company: string, bodies: object[]): Promise<MadeLead[]> {
  const made: MadeLead[] = [];
  for (const body of bodies) made.push(await ask<MadeLead>(request, 'POST', '/leads', { company, ...body }));
  return made;
}

/** The table with the leads of one company. */
export async function openTable(page: Page, company: string, more = ''): Promise<void> {
  await page.goto(`/leads?q=${company}${more}`);
  await expect(page.getByRole('grid', { name: 'Leads' }).getByRole('gridcell').first()).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Leads' })).toHaveAttribute('aria-busy', 'false');
}

/** The names in the table, from the top. */
export const namesIn = (page: Page): Promise<string[]> =>
  page.getByRole('gridcell').locator('a.truncate').allTextContents();

/** A cell by its row's name and the name of its column. */
export async function cell(page: Page, name: string, column: string) {
  const head = page.getByRole('columnheader', { name: column, exact: false }).first();
  const index = await head.getAttribute('aria-colindex');
  return page.getByRole('row').filter({ hasText: name }).locator(`[role=gridcell][aria-colindex="${index}"]`);
}

/** What has the focus, by its text. */
export const focusedText = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
