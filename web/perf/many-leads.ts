import type { Page } from '@playwright/test';

const STAGES = ['New', 'Contacted', 'Qualified', 'Proposal', 'Won', 'Lost'];
const COLOURS = ['#1a73d5', '#b47520', '#8054d6', '#ca3f8d', '#21914e', '#d33a3c'];
const EACH = 20_000;

const id = (kind: number, n: number): string => `00000000-0000-7000-8000-${String(kind).padStart(2, '0')}${String(n).padStart(10, '0')}`;

function card(stage: number, n: number) {
  return {
    id: id(stage + 1, n),
    stageId: id(0, stage),
    name: `Katherine Knuth ${stage}-${n}`,
    company: n % 3 === 0 ? null : `Umbrella ${n % 977}`,
    value: n % 4 === 0 ? null : (n * 37) % 90_000,
    currency: n % 4 === 0 ? null : 'EUR',
    source: ['webhook', 'form', 'manual', 'import'][n % 4],
    score: (n * 7) % 100,
    assignedTo: null,
    tags: n % 5 === 0 ? ['trade fair', 'vip'] : [],
    stageChangedAt: new Date(Date.UTC(2026, 0, 1 + (n % 200))).toISOString(),
    createdAt: new Date(Date.UTC(2026, 0, 1 + (n % 200))).toISOString(),
    version: 1,
    position: String(9_000_000_000_000 - n),
  };
}

/** A board with 120,000 leads, all of which stand in the memory of the page; moves are answered at once. */
export async function serveManyLeads(page: Page): Promise<void> {
  const stages = STAGES.map((name, stage) => ({
    id: id(0, stage),
    name,
    color: COLOURS[stage],
    type: stage === 4 ? 'won' : stage === 5 ? 'lost' : 'open',
    count: EACH,
    sums: [{ currency: 'EUR', amount: 1_234_567 }],
    nextAfter: null,
    cards: Array.from({ length: EACH }, (_, n) => card(stage, n)),
  }));
  const pipeline = { id: id(0, 99), name: 'Many', isDefault: true, version: 1 };
  const body = JSON.stringify({ pipeline, stages, asOf: '2026-11-20T12:00:00Z' });
  await page.route(/\/api\/board(\?|$)/, (route) => route.fulfill({ contentType: 'application/json', body }));
  await page.route(/\/api\/leads\/[^/]+\/stage$/, (route) => {
    const asked = route.request().postDataJSON() as { stageId: string };
    const lead = /leads\/([^/]+)\/stage/.exec(route.request().url())?.[1] ?? '';
    const known = card(Number(lead.slice(24, 26)) - 1, Number(lead.slice(26)));
    const answer = { ...known, stageId: asked.stageId, version: 2, pipelineId: pipeline.id, customFields: {}, nameProvisional: false, updatedAt: known.createdAt };
    return route.fulfill({ contentType: 'application/json', headers: { 'Change-Set-Id': id(0, 98) }, body: JSON.stringify(answer) });
  });
  await page.route(/\/api\/events/, (route) => route.abort());
}
