import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { ComboBox } from '~/ui/combo-box';
import { Segmented } from '~/ui/segmented';
import { Switch } from '~/ui/switch';

/** How the screens look and write; shown at once and kept for every browser. */
export function PreferencesTab() {
  const text = useText();
  const { prefs, setPref } = useSession();
  const { exact, money, timeZone, locale } = useFormats();
  return (
    <div className="flex max-w-120 flex-col gap-6 pt-4">
      <Choice title={text({ id: 'prefs.theme', defaultMessage: 'Theme' })}>
        <Segmented
          label={text({ id: 'prefs.theme', defaultMessage: 'Theme' })}
          value={prefs.theme}
          onChange={(theme) => setPref('theme', theme)}
          segments={[
            { id: 'system', label: text({ id: 'theme.system', defaultMessage: 'As the device' }) },
            { id: 'light', label: text({ id: 'theme.light', defaultMessage: 'Light' }) },
            { id: 'dark', label: text({ id: 'theme.dark', defaultMessage: 'Dark' }) },
          ]}
        />
      </Choice>
      <Choice title={text({ id: 'prefs.density', defaultMessage: 'Density' })}>
        <Segmented
          label={text({ id: 'prefs.density', defaultMessage: 'Density' })}
          value={prefs.density}
          onChange={(density) => setPref('density', density)}
          segments={[
            { id: 'compact', label: text({ id: 'density.compact', defaultMessage: 'Compact' }) },
            { id: 'comfortable', label: text({ id: 'density.comfortable', defaultMessage: 'Comfortable' }) },
            { id: 'touch', label: text({ id: 'density.touch', defaultMessage: 'Touch' }) },
          ]}
        />
      </Choice>
      <ComboBox
        label={text({ id: 'prefs.locale', defaultMessage: 'Numbers and dates' })}
        hint={text(
          { id: 'prefs.locale.hint', defaultMessage: 'Without a choice, as your browser has them. Now: {money}, {time}' },
          { money: money(1234.5, 'EUR'), time: exact(new Date(2026, 0, 5, 9, 12)) },
        )}
        options={locales(locale)}
        value={prefs.locale ?? null}
        onChange={(chosen) => setPref('locale', chosen)}
        placeholder={text({ id: 'prefs.browser', defaultMessage: 'As the browser' })}
      />
      <ComboBox
        label={text({ id: 'prefs.zone', defaultMessage: 'Time zone' })}
        hint={text({ id: 'prefs.zone.hint', defaultMessage: 'Without a choice, as your browser has it. Now: {zone}' }, { zone: timeZone })}
        options={Intl.supportedValuesOf('timeZone').map((id) => ({ id, label: id.replaceAll('_', ' ') }))}
        value={prefs.timeZone ?? null}
        onChange={(chosen) => setPref('timeZone', chosen)}
        placeholder={text({ id: 'prefs.browser', defaultMessage: 'As the browser' })}
      />
      <Switch
        isSelected={(prefs.screens['onboarding'] as { dismissed?: boolean } | undefined)?.dismissed !== true}
        onChange={(isShown) => setPref('screens', { onboarding: { dismissed: !isShown, folded: false } })}
      >
        {text({ id: 'prefs.first-steps', defaultMessage: 'Show the first steps until they are done' })}
      </Switch>
    </div>
  );
}

function Choice({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-1.5">
      <h2 className="text-small font-medium">{title}</h2>
      {children}
    </div>
  );
}

const LOCALES = ['en-US', 'en-GB', 'de-DE', 'de-AT', 'de-CH', 'fr-FR', 'es-ES', 'it-IT', 'nl-NL', 'pl-PL', 'pt-BR', 'pt-PT', 'sv-SE', 'da-DK', 'fi-FI', 'cs-CZ', 'tr-TR', 'ja-JP', 'ko-KR', 'zh-CN', 'hi-IN', 'ar-EG', 'he-IL'];

/** Each by its own name for itself. */
function locales(current: string): { id: string; label: string; hint: string }[] {
  return [...new Set([...LOCALES, current])].map((id) => ({
    id,
    label: new Intl.DisplayNames([id], { type: 'language' }).of(id) ?? id,
    hint: id,
  }));
}
