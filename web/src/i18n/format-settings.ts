import { createStore } from '~/app/store';

/** How numbers, money and times are written for this person. */
export interface FormatSettings {
  locale: string;
  timeZone: string;
}

const browser: FormatSettings = {
  locale: globalThis.navigator?.language || 'en',
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
};

export const formatSettings = createStore(browser);

/** The person's own choice, where there is one; what is left out is as the browser has it. */
export function setFormats(chosen: { [Key in keyof FormatSettings]?: FormatSettings[Key] | null | undefined }): void {
  const settings = { locale: chosen.locale || browser.locale, timeZone: chosen.timeZone || browser.timeZone };
  const now = formatSettings.get();
  if (settings.locale !== now.locale || settings.timeZone !== now.timeZone) formatSettings.set(settings);
}
