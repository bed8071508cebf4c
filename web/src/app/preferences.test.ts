import { expect, test } from 'vitest';
import { mergePreferences } from './preference-changes';
import { DEFAULT_PREFERENCES, applyPreferences } from './preferences';
import { shortcutChoice } from './commands';

test('what is not sent stays, names are merged, null forgets', () => {
  const first = mergePreferences(DEFAULT_PREFERENCES, {
    theme: 'dark',
    locale: 'de-AT',
    shortcuts: { keys: { 'app.help': 'f1' } },
    screens: { board: { folded: ['a'] }, leads: 1 },
  });
  const second = mergePreferences(first, {
    locale: null,
    shortcuts: { singleKeys: false, keys: { 'app.help': null as never } },
    screens: { board: null },
  });
  expect(second).toEqual({
    ...DEFAULT_PREFERENCES,
    theme: 'dark',
    shortcuts: { singleKeys: false, keys: {} },
    screens: { leads: 1 },
  });
});

test('choices stand on the root element, where the styles find them', () => {
  applyPreferences({ ...DEFAULT_PREFERENCES, theme: 'dark', density: 'compact', shortcuts: { singleKeys: false, keys: {} } });
  expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', density: 'compact' });
  expect(shortcutChoice.get().singleKeys).toBe(false);
  applyPreferences(DEFAULT_PREFERENCES);
  expect(document.documentElement.dataset['theme']).toBeUndefined();
});
