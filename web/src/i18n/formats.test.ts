import { expect, test } from 'vitest';
import { createFormats } from './formats';

const formats = createFormats({ locale: 'en-US', timeZone: 'Europe/Berlin' });
const NOW = Date.parse('2026-01-05T12:00:00Z');

test('money keeps its own currency; an unknown one stands behind the number', () => {
  expect(formats.money(4100, 'USD')).toBe('$4,100');
  expect(formats.money(4100.5, 'EUR')).toBe('€4,100.50');
  expect(formats.moneyShort(1_204_332, 'GBP')).toBe('£1.2M');
  expect(formats.money(12, '??')).toBe('12 ??');
});

test.each([
  [NOW - 30_000, 'now'],
  [NOW - 120_000, '2 min. ago'],
  [NOW - 26 * 3_600_000, 'yesterday'],
  [NOW + 3 * 86_400_000, 'in 3 days'],
])('how long ago %i was', (at, expected) => {
  expect(formats.ago(at, NOW)).toBe(expected);
});

test('times are those of the chosen zone', () => {
  expect(formats.time('2026-01-05T12:00:00Z')).toMatch(/1:00\sPM/);
  expect(createFormats({ locale: 'de-DE', timeZone: 'UTC' }).time('2026-01-05T12:00:00Z')).toBe('12:00');
});
