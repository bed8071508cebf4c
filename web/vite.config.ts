import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { icons } from './scripts/icons';
import { lean } from './scripts/lean';
import { texts } from './scripts/texts';

/** Where `npm run dev` finds the server: the address of `make run`. */
const server = process.env['LEADLINE_SERVER'] ?? 'http://127.0.0.1:8080';

/** What the board and the lists of leads have in common, each of them small. */
const SHARED_BY_LISTS =
  /\/src\/(app\/(connection|at-hand)|api\/(client|live|queries\/(members|pipelines|brief))|i18n\/formats|kit\/(walk|filter\/(address|condition|model))|features\/(drawer\/drawer-host|add-lead\/add-lead-host|onboarding\/at-the-leads)|ui\/(menu|skeleton|empty-state|stage-pill|stage-colour))\.tsx?$/;

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      codeSplittingOptions: {
        // The shell stands around every screen, so it comes with the entry.
        splitBehavior: ({ routeId }) => (routeId === '/_app' ? [] : undefined),
        defaultBehavior: [['component'], ['errorComponent'], ['notFoundComponent'], ['loader']],
      },
    }),
    texts(),
    icons(),
    lean(),
    react(),
    tailwindcss(),
    { ...optimizeLocales.vite({ locales: ['en-US'] }), enforce: 'pre' as const },
  ],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    manifest: true,
    // The policy of the server allows no inline script, and images of its own only.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Lists of what each part imports would stand in the first paint of every page. What is opened is fetched ahead anyway,
    // when the page is idle or a pointer comes near, and the server names what a page begins with (`scripts/preload`).
    modulePreload: { polyfill: false, resolveDependencies: () => [] },
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        // Each name stands in the lists of what is fetched ahead, and says nothing that its source map does not say.
        chunkFileNames: 'assets/[hash].js',
        // One chunk for what every page needs: cut up by who else uses them, its modules would come in forty files, each
        // with a head of its own and each compressed from nothing.
        codeSplitting: {
          groups: [
            { name: 'shell', tags: ['$initial'], priority: 2 },
            { name: 'lists', test: SHARED_BY_LISTS, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/v1', '/webhooks'].map((at) => [at, { target: server, changeOrigin: false }])),
  },
  test: { testTimeout: 30_000, environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'] },
});
