import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import type { IconLines } from '../src/ui/drawn-icon';

const LIBRARY = join(dirname(createRequire(import.meta.url).resolve('lucide-react/package.json')), 'dist/esm');
const DRAWN = fileURLToPath(new URL('../src/ui/drawn-icon.ts', import.meta.url));
const IMPORT = /import \{([^}]*)\} from 'lucide-react';/g;

interface IconData {
  name: string;
  node: [string, Record<string, string>][];
}

/** Lists of React are told apart by keys; lines that never change need none. */
const withoutKey = (attributes: Record<string, string>) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'key'));

/**
 * Puts the lines of icons into the modules that show them. As modules of the library each would be a file of its own where
 * two screens share it: a hundred files of two hundred bytes, half of which are their heads and keys that nothing here needs.
 */
export function icons(): Plugin {
  const index = readFileSync(join(LIBRARY, 'lucide-react.mjs'), 'utf8');
  const read = async (name: string): Promise<IconData> => {
    const file = index.match(new RegExp(`default as ${name}[, ][^;]*from '(\\./icons/[^']+)'`))?.[1];
    if (file === undefined) throw new Error(`lucide-react has no icon ${name}`);
    const module = (await import(pathToFileURL(join(LIBRARY, file)).href)) as Record<'__iconData', IconData>;
    return module['__iconData'];
  };
  const drawn = async (name: string): Promise<string> => {
    const icon = await read(name);
    const lines: IconLines = icon.node.map(([tag, attributes]) => [tag, withoutKey(attributes)]);
    return `const ${name} = /* @__PURE__ */ drawnIcon(${JSON.stringify(icon.name)}, ${JSON.stringify(lines)});`;
  };
  return {
    name: 'leadline-icons',
    enforce: 'pre',
    apply: 'build',
    async transform(code, id) {
      if (!/\/src\/.*\.tsx?(\?.*)?$/.test(id) || !code.includes("'lucide-react'")) return undefined;
      const made: string[] = [];
      for (const [, names = ''] of code.matchAll(IMPORT)) {
        const wanted = names.split(',').map((it) => it.trim()).filter((it) => it !== '' && !it.startsWith('type '));
        made.push(...(await Promise.all(wanted.map(drawn))));
      }
      const rest = code.replaceAll(IMPORT, '');
      if (rest.includes("'lucide-react'")) throw new Error(`${id}: icons are imported in a way that is not read here`);
      return { code: `import { drawnIcon } from ${JSON.stringify(DRAWN)};\n${made.join('\n')}\n${rest}`, map: null };
    },
  };
}
