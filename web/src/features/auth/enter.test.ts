import { expect, test } from 'vitest';
import { safeNext } from './enter';

test.each([
  ['/leads?view=7', '/leads?view=7'],
  [undefined, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %s leads to %s', (given, expected) => {
  expect(safeNext(given)).toBe(expected);
});
