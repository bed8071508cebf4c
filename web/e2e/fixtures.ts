import { test as base, expect } from '@playwright/test';

/** A person who is signed in; the address and the person come from the environment. */
export const test = base.extend<object, { signedIn: string }>({
  signedIn: [
    async ({ playwright }, use, worker) => {
      const { baseURL = '' } = worker.project.use;
      const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } });
      const data = { email: process.env['E2E_EMAIL'] ?? '', password: process.env['E2E_PASSWORD'] ?? '' };
      const answer = await request.post('/api/session', { data });
      expect(answer.ok(), await answer.text()).toBe(true);
      const file = worker.project.outputDir + `/state-${worker.workerIndex}.json`;
      await request.storageState({ path: file });
      await request.dispose();
      await use(file);
    },
    { scope: 'worker' },
  ],
  storageState: async ({ signedIn }, use) => use(signedIn),
  request: async ({ playwright, signedIn, baseURL }, use) => {
    const request = await playwright.request.newContext({ ...own(baseURL), storageState: signedIn });
    await use(request);
    await request.dispose();
  },
});

export { expect };

/** Writes with a cookie are taken from the server's own pages alone. */
function own(baseURL = '') {
  return { baseURL, extraHTTPHeaders: { origin: baseURL } };
}
