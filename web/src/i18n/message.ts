/**
 * Messages as the build leaves them: read from ICU's notation by `scripts/texts`, so that no browser has to. One without
 * braces stays the text it is.
 */
export type Message = string | readonly Part[];

/** A text, a value, a value written as a number, a choice by a value, or the number that a plural is about. */
export type Part = string | readonly [name: string] | readonly [name: string, kind: 'number'] | Choice | typeof COUNT;

export type Choice = readonly [name: string, kind: 'plural' | 'select', options: Readonly<Record<string, readonly Part[]>>];

/** What `#` stands for. */
export const COUNT = 0;

/** How a language writes numbers and tells one from many; dear to make, so made once. */
export interface Grammar {
  number: Intl.NumberFormat;
  plural: Intl.PluralRules;
}

export const grammarOf = (locale: string): Grammar => ({
  number: new Intl.NumberFormat(locale),
  plural: new Intl.PluralRules(locale),
});

/** The pieces of a message with its values put in; a value may be anything that can stand in a text. */
export function piecesOf(message: Message, values: Readonly<Record<string, unknown>>, grammar: Grammar): unknown[] {
  const pieces: unknown[] = [];
  const add = (parts: readonly Part[], count: number): void => {
    for (const part of parts) {
      if (typeof part === 'string') pieces.push(part);
      else if (part === COUNT) pieces.push(grammar.number.format(count));
      else {
        const [name, kind, options] = part;
        const value = values[name];
        if (kind === undefined) pieces.push(value ?? '');
        else if (kind === 'number') pieces.push(grammar.number.format(value as number));
        else if (options) add(chosen(kind, value, options, grammar), kind === 'plural' ? Number(value) : count);
      }
    }
  };
  add(typeof message === 'string' ? [message] : message, 0);
  return pieces;
}

function chosen(kind: Choice[1], value: unknown, options: Choice[2], { plural }: Grammar): readonly Part[] {
  const named = kind === 'select' ? options[String(value)] : (options[`=${value}`] ?? options[plural.select(Number(value))]);
  return named ?? options['other'] ?? [];
}
