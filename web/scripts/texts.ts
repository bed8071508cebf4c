import { parse } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';

/** `defaultMessage: '…'` in an object, and `defaultMessage="…"` on an element. */
const IN_OBJECT = /defaultMessage:(\s*)('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g;
const ON_ELEMENT = /defaultMessage="([^"]*)"/g;

/**
 * Takes the English texts apart when the app is built, so that the parser of messages need not be sent along: they stand in
 * the code as lists of their parts. A text that cannot be read fails the build, and names its file.
 */
export function texts(): Plugin {
  return {
    name: 'leadline-texts',
    enforce: 'pre',
    apply: 'build',
    config: () => ({
      resolve: {
        alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' }],
      },
    }),
    transform(code, id) {
      if (!/\/src\/.*\.tsx?$/.test(id) || !code.includes('defaultMessage')) return undefined;
      const made = code
        .replaceAll(IN_OBJECT, (_, space: string, text: string) => `defaultMessage:${space}${parts(unquoted(text), id)}`)
        .replaceAll(ON_ELEMENT, (_, text: string) => `defaultMessage={${parts(text, id)}}`);
      return { code: made, map: null };
    },
  };
}

function parts(message: string, file: string): string {
  try {
    return JSON.stringify(parse(message, { captureLocation: false }));
  } catch (error) {
    throw new Error(`${file}: the text “${message}” cannot be read: ${String(error)}`, { cause: error });
  }
}

/** The text of a literal. Only quotes and backslashes are escaped in ours. */
function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
