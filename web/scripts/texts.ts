import { type MessageFormatElement, TYPE, parse } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';
import { COUNT, type Message, type Part } from '../src/i18n/message';

/** `defaultMessage: '…'` in an object, and `defaultMessage="…"` on an element. */
const IN_OBJECT = /defaultMessage:(\s*)('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g;
const ON_ELEMENT = /defaultMessage="([^"]*)"/g;

/**
 * Reads the English texts when the app is built, so that neither the parser of messages nor its tree need be sent along: they
 * stand in the code as `src/i18n/message` puts them together. A text that cannot be read fails the build, and names its file.
 */
export function texts(): Plugin {
  return {
    name: 'leadline-texts',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/src\/.*\.tsx?(\?.*)?$/.test(id) || !code.includes('defaultMessage')) return undefined;
      const made = code
        .replaceAll(IN_OBJECT, (_, space: string, text: string) => `defaultMessage:${space}${written(unquoted(text), id)}`)
        .replaceAll(ON_ELEMENT, (_, text: string) => `defaultMessage={${written(text, id)}}`);
      return { code: made, map: null };
    },
  };
}

function written(text: string, file: string): string {
  try {
    return JSON.stringify(messageOf(text));
  } catch (error) {
    throw new Error(`${file}: the text “${text}” cannot be read: ${String(error)}`, { cause: error });
  }
}

/** A text in ICU's notation as a message of ours. */
export function messageOf(text: string): Message {
  const parts = parse(text, { captureLocation: false }).map(partOf);
  return parts.every((it) => typeof it === 'string') ? parts.join('') : parts;
}

function partOf(element: MessageFormatElement): Part {
  switch (element.type) {
    case TYPE.literal:
      return element.value;
    case TYPE.argument:
      return [element.value];
    case TYPE.pound:
      return COUNT;
    case TYPE.number:
      if (element.style) throw new Error('a number is written plainly here');
      return [element.value, 'number'];
    case TYPE.select:
      return [element.value, 'select', optionsOf(element.options)];
    case TYPE.plural:
      if (element.pluralType !== 'cardinal' || element.offset) throw new Error('a plural counts, and from nothing, here');
      return [element.value, 'plural', optionsOf(element.options)];
    default:
      throw new Error('dates, times and tags are put in as values here');
  }
}

function optionsOf(options: Record<string, { value: MessageFormatElement[] }>): Record<string, Part[]> {
  return Object.fromEntries(Object.entries(options).map(([name, { value }]) => [name, value.map(partOf)]));
}

/** The text of a literal. Only quotes and backslashes are escaped in ours. */
function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
