import { expect, test } from 'vitest';
import { rank, ranked } from './search-text';

test('accents and case do not matter, and each word must be there', () => {
  expect(rank('María Moreau', 'maria')).toBeGreaterThan(0);
  expect(rank('María Moreau', 'mor mar')).toBeGreaterThan(0);
  expect(rank('María Moreau', 'maria knuth')).toBeUndefined();
});

test('the beginning counts more than a middle; equals keep their order', () => {
  const names = ['Go to board', 'Board', 'Scoreboard', 'Dashboard'];
  expect(ranked(names, 'board', (it) => it)).toEqual(['Board', 'Go to board', 'Scoreboard', 'Dashboard']);
  expect(ranked(names, ' ', (it) => it)).toEqual(names);
});
