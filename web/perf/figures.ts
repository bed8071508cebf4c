import { expect } from '@playwright/test';

/** Figures that are over their limit; the run goes on so that all of them are seen. */
const short: string[] = [];

const shown = (figure: number): string => figure.toFixed(figure < 10 ? 3 : 1);

/** Writes a figure beside its limit, as the other benchmarks do, and remembers where it does not hold. */
export function record(name: string, value: number, limit: number): void {
  const ratio = value / limit;
  const holds = value <= limit;
  const line = `bench web.${name} value=${shown(value)} limit=${shown(limit)} ratio=${ratio.toFixed(3)} goal=<=1 ${holds ? 'ok' : 'short'}`;
  console.log(line);
  if (!holds) short.push(line);
}

/** Fails with every figure that was short since the last look. */
export function allHold(): void {
  expect(short.splice(0)).toEqual([]);
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
