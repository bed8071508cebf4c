import { defaultStringifySearch } from '@tanstack/react-router';

/** Signs that may stand in the query of an address as they are, and that filters are made of: `:~,()!@`. */
const READABLE = /%(?:3A|7E|2C|28|29|21|40)/g;

/** The query of an address, readable where it can be: `?f=owner:me~score:gte:60`. */
export function stringifySearch(search: Record<string, unknown>): string {
  return defaultStringifySearch(search).replaceAll(READABLE, decodeURIComponent);
}

/** A text of the address, where it is one. A number in the address may have been meant as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One of the words that are known; anything else counts as left out. */
export function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

/** The same without what says nothing, so that addresses stay short. */
export function compact<Search extends object>(search: Search): Search {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== false),
  ) as Search;
}
