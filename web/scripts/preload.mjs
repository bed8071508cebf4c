// Says which scripts the page of each address needs beside its own, so that the server can name them in the page and the
// browser fetches them at once. Reads the manifest of the build and the tree of routes, writes dist/preload.json.
import { readFileSync, writeFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const tree = readFileSync('src/routeTree.gen.ts', 'utf8');

/** `import { Route as AppBoardRouteImport } from './routes/_app.board'`: the file of each route, by its name. */
const files = new Map([...tree.matchAll(/import \{ Route as (\w+)Import \} from '\.\/(routes\/[^']+)'/g)].map((it) => [it[1], it[2]]));

/** The route above each, by name: `getParentRoute: () => AppRoute`. */
const above = new Map([...tree.matchAll(/const (\w+) = \w+Import\.update\(\{[^}]*?getParentRoute: \(\) => (\w+)/gs)].map((it) => [it[1], it[2]]));

const fullPaths = tree.match(/export interface FileRoutesByFullPath \{([^}]*)\}/)?.[1] ?? '';
const routes = [...fullPaths.matchAll(/'([^']+)': typeof (\w+)/g)].map((it) => ({
  path: it[1],
  // A route with children stands under its own name with this at the end.
  route: it[2].replace(/WithChildren$/, ''),
}));

/** What comes with every page anyway: the entry and what it imports. */
const entry = Object.values(manifest).find((it) => it.isEntry);
const always = new Set(withImports(entry));

function withImports(chunk, found = new Set()) {
  if (!chunk || found.has(chunk)) return [];
  found.add(chunk);
  return [`/${chunk.file}`, ...(chunk.imports ?? []).flatMap((it) => withImports(manifest[it], found))];
}

function chunksOf(route) {
  const file = files.get(route);
  if (!file) return [];
  const own = Object.entries(manifest).filter(([source]) => source.startsWith(`src/${file}.tsx`)).map((it) => it[1]);
  return [...chunksOf(above.get(route) ?? ''), ...own.flatMap((chunk) => withImports(chunk))];
}

const preloads = routes.map(({ path, route }) => ({
  path,
  files: [...new Set(chunksOf(route))].filter((it) => !always.has(it)),
}));
writeFileSync('dist/preload.json', JSON.stringify(preloads));
