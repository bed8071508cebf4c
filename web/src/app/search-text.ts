/** A text without case and accents, for finding things by their names. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/**
 * How well a text answers to what was typed: each word must be somewhere in it. The beginning of the text counts most, the
 * beginning of a word more than its middle; nothing where a word is missing.
 */
export function rank(text: string, typed: string): number | undefined {
  const name = folded(text);
  let total = 0;
  for (const word of folded(typed).split(/\s+/).filter(Boolean)) {
    const at = name.indexOf(word);
    if (at < 0) return undefined;
    total += at === 0 ? 3 : /[\s\-_.]/.test(name.charAt(at - 1)) ? 2 : 1;
  }
  return total;
}

/** What answers to the text, best first; equals stay in their order. */
export function ranked<Item>(items: readonly Item[], typed: string, nameOf: (item: Item) => string): Item[] {
  if (!typed.trim()) return [...items];
  return items
    .map((item) => ({ item, score: rank(nameOf(item), typed) }))
    .filter((it): it is { item: Item; score: number } => it.score !== undefined)
    .toSorted((one, other) => other.score - one.score)
    .map((it) => it.item);
}
