// check-web: the page's scripts parse, its elements close, what it names exists, and nothing in it needs a looser
// content security policy than the server sends.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..', 'web');
const problems = [];

for (const file of readdirSync(web).filter((name) => name.endsWith('.js'))) {
  try {
    execFileSync(process.execPath, ['--check', join(web, file)], { stdio: 'pipe' });
  } catch (error) {
    problems.push(`${file}: ${error.stderr}`);
  }
}

const html = readFileSync(join(web, 'index.html'), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
const open = [];
for (const [, closing, name, attributes] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|[^">])*)>/g)) {
  if (closing) {
    const expected = open.pop();
    if (expected !== name) problems.push(`index.html: </${name}> closes <${expected}>`);
    continue;
  }
  if (/\s(style|on[a-z]+)=/.test(attributes)) problems.push(`index.html: <${name}> carries inline style or script`);
  for (const [, target] of attributes.matchAll(/\s(?:src|href)="\/([^"#]+\.(?:js|css|svg))"/g)) {
    if (!existsSync(join(web, target))) problems.push(`index.html: no file web/${target}`);
  }
  if (!['meta', 'link', 'input', 'br', 'hr', 'img'].includes(name)) open.push(name);
}
if (open.length > 0) problems.push(`index.html: left open: ${open.join(', ')}`);

const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
for (const id of ids.filter((value, at) => ids.indexOf(value) !== at)) problems.push(`index.html: id ${id} stands twice`);
for (const [, id] of html.matchAll(/\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)) {
  if (!ids.includes(id)) problems.push(`index.html: no element has the id ${id}`);
}
for (const [, id] of html.matchAll(/<(?:input|select|textarea)[^>]*\sid="([^"]+)"/g)) {
  if (!html.includes(`for="${id}"`)) problems.push(`index.html: the field ${id} has no label`);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('web: fine');
