import type { Schema } from '~/api/client';
import { setFormats } from '~/i18n/format-settings';
import { shortcutChoice } from './commands';

/** What a person has chosen for all screens; the server keeps it, so it goes from browser to browser. */
export type Preferences = Schema<'Preferences'>;
export type PreferencesChange = Schema<'PreferencesChange'>;

/** What somebody begins with. */
export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  density: 'comfortable',
  sidebar: 'wide',
  locale: null,
  timeZone: null,
  shortcuts: { singleKeys: true, keys: {} },
  screens: {},
};

/** Puts choices into effect: the look on the root element, the formats, the keys. */
export function applyPreferences(prefs: Preferences): void {
  const root = document.documentElement;
  if (prefs.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = prefs.theme;
  root.dataset['density'] = prefs.density;
  setFormats({ locale: prefs.locale, timeZone: prefs.timeZone });
  shortcutChoice.set({ singleKeys: prefs.shortcuts.singleKeys, keys: prefs.shortcuts.keys });
}
