import { defineConfig } from '@playwright/test';
import base from '../playwright.config';

/**
 * Figures of the app beside their limits, in one browser at a time. They mean something for a release build alone:
 * `LEADLINE=../target/release/leadline npx playwright test -c perf`. `PERF_LEADS` says how many leads there are.
 */
export default defineConfig({ ...base, testDir: '.', outputDir: '../test-results/perf', workers: 1, fullyParallel: false });
