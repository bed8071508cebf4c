import { defineConfig } from '@playwright/test';
import journeys from './playwright.config';

/** `make bench B=web`: what people wait for, beside its limits; against a release. */
export default defineConfig({
  ...journeys,
  testDir: 'perf',
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  // A figure is taken once.
  retries: 0,
});
