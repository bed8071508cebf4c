// What a browser has to fetch, packed with gzip, beside the limits. Fails where one is passed.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const LIMITS = { shell: 110 * KB, board: 140 * KB, css: 16 * KB, route: 90 * KB, all: 600 * KB, font: 52 * KB };

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const preloads = JSON.parse(readFileSync('dist/preload.json', 'utf8'));
const sizes = new Map();

function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length);
  return sizes.get(file);
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);

/** A chunk and all that it imports from the start. */
function closure(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const each of chunk.imports ?? []) closure(each, found);
  return found;
}

const entry = Object.keys(manifest).find((it) => manifest[it].isEntry);
const always = closure(entry);
const routeFiles = (path) => (preloads.find((it) => it.path === path)?.files ?? []).map((it) => it.slice(1));
// What every screen of the shell shares: the entry and the shell's own chunks, which the plainest route has all of.
const shell = new Set([...always, ...routeFiles('/')]);
const assets = readdirSync('dist/assets');
const scripts = assets.filter((it) => it.endsWith('.js')).map((it) => `assets/${it}`);

const lines = [
  ['shell', total(shell), LIMITS.shell],
  ['shell and board', total(new Set([...shell, ...routeFiles('/board')])), LIMITS.board],
  ['styles', total(assets.filter((it) => it.endsWith('.css')).map((it) => `assets/${it}`)), LIMITS.css],
  ['font', Math.max(...assets.filter((it) => it.endsWith('.woff2')).map((it) => readFileSync(`dist/assets/${it}`).length)), LIMITS.font],
  ['all scripts', total(scripts), LIMITS.all],
];
for (const { path } of preloads.filter((it) => !['/', '/board'].includes(it.path))) {
  const own = routeFiles(path).filter((it) => !shell.has(it));
  lines.push([`route ${path}`, total(new Set(own)), LIMITS.route]);
}

let failed = false;
for (const [name, bytes, limit] of lines) {
  const over = bytes > limit;
  failed ||= over;
  console.log(`${over ? 'over ' : '     '}${name.padEnd(32)} ${(bytes / KB).toFixed(1).padStart(7)} kB  limit ${limit / KB} kB`);
}
console.log(`web: sizes ${failed ? 'are over a limit' : 'are within their limits'}`);
process.exit(failed ? 1 : 0);
