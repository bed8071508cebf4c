import { useStore } from '~/app/store';
import { type FormatSettings, formatSettings } from './format-settings';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

export interface Formats extends FormatSettings {
  number: (value: number) => string;
  /** "1.2M": for heads of columns and figures in tight places. */
  short: (value: number) => string;
  percent: (share: number) => string;
  /** Whole amounts without cents; others with. An unknown currency is written behind the number. */
  money: (value: number, currency: string) => string;
  moneyShort: (value: number, currency: string) => string;
  date: (at: string | number | Date) => string;
  time: (at: string | number | Date) => string;
  /** Date, time and zone: for tooltips beside `ago`. */
  exact: (at: string | number | Date) => string;
  /** "2 min. ago", "in 3 days". */
  ago: (at: string | number | Date, now?: number) => string;
  list: (items: string[]) => string;
  compare: (left: string, right: string) => number;
}

/** Formatters are dear to make, so they are made once for each locale and zone. */
export function createFormats({ locale, timeZone }: FormatSettings): Formats {
  const plain = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'short' });
  const whole = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'full', timeStyle: 'long' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const together = new Intl.ListFormat(locale, { type: 'conjunction' });
  const order = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const money = moneyFormatter(locale);
  return {
    locale,
    timeZone,
    number: (value) => plain.format(value),
    short: (value) => compact.format(value),
    percent: (value) => share.format(value),
    money: (value, currency) => money(value, currency, Number.isInteger(value) ? 'whole' : 'cents'),
    moneyShort: (value, currency) => money(value, currency, 'short'),
    date: (at) => day.format(new Date(at)),
    time: (at) => clock.format(new Date(at)),
    exact: (at) => whole.format(new Date(at)),
    ago: (at, now = Date.now()) => {
      const distance = new Date(at).getTime() - now;
      const [unit, size] = UNITS.find(([, it]) => Math.abs(distance) >= it) ?? ['second', 1000];
      // Under a minute "now" says enough, and does not change under the reader's eyes.
      return unit === 'second' ? relative.format(0, 'second') : relative.format(Math.trunc(distance / size), unit);
    },
    list: (items) => together.format(items),
    compare: order.compare,
  };
}

type MoneyStyle = 'whole' | 'cents' | 'short';

function moneyFormatter(locale: string): (value: number, currency: string, style: MoneyStyle) => string {
  const made = new Map<string, Intl.NumberFormat | undefined>();
  const plain = new Intl.NumberFormat(locale);
  return (value, currency, style) => {
    const key = currency + style;
    if (!made.has(key)) made.set(key, tryMoney(locale, currency, style));
    return made.get(key)?.format(value) ?? `${plain.format(value)} ${currency}`.trim();
  };
}

function tryMoney(locale: string, currency: string, style: MoneyStyle): Intl.NumberFormat | undefined {
  const digits = {
    whole: { maximumFractionDigits: 0 },
    cents: {},
    short: { notation: 'compact', maximumFractionDigits: 1 },
  } as const;
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits[style] });
  } catch {
    return undefined;
  }
}

let made = createFormats(formatSettings.get());

/** The formats outside of components. */
export function formats(): Formats {
  const settings = formatSettings.get();
  if (settings.locale !== made.locale || settings.timeZone !== made.timeZone) made = createFormats(settings);
  return made;
}

export function useFormats(): Formats {
  useStore(formatSettings);
  return formats();
}
