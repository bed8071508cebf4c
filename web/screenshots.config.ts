import { defineConfig } from '@playwright/test';
import journeys from './playwright.config';

/** `make screenshots`: every screen, as people see it, into docs/screenshots. */
export default defineConfig({
  ...journeys,
  testDir: 'screenshots',
  fullyParallel: false,
  workers: 1,
  timeout: 180_000,
});
