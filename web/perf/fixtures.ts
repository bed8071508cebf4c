import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '../e2e/fixtures';

export { expect };

const PROGRAM = process.env['LEADLINE'] ?? join(import.meta.dirname, '../../target/release/leadline');
const DIST = process.env['LEADLINE_WEB_DIST'] ?? join(import.meta.dirname, '../dist');
const LEADS = process.env['PERF_LEADS'] ?? '120000';

/** Somebody signed in at a workspace with a hundred thousand leads and a history. */
export const test = base.extend<object, { password: string[] }>({
  password: [[], { scope: 'worker', option: false }],
  server: [
    async ({ password }, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'leadline-perf-'));
      const env = {
        ...process.env,
        LEADLINE_DATABASE_URL: `sqlite:${join(folder, 'leadline.db')}`,
        LEADLINE_SERVER_LISTEN: '127.0.0.1:0',
        LEADLINE_SECURITY_REQUESTS_PER_SECOND: '0',
        LEADLINE_LOG_LEVEL: 'warn',
        LEADLINE_WEB_DIST: DIST,
      };
      const told = execFileSync(PROGRAM, ['demo', '--leads', LEADS], { cwd: folder, env, encoding: 'utf8' });
      password.push(/the password (\S+)/.exec(told)?.[1] ?? '');
      const child = spawn(PROGRAM, ['serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env });
      const url = await new Promise<string>((resolve, reject) => {
        child.once('exit', () => reject(new Error(`${PROGRAM} ended before it listened`)));
        child.stdout.on('data', (piece: Buffer) => {
          const found = /listens on (http:\S+)\s/.exec(piece.toString());
          if (found?.[1]) resolve(found[1]);
        });
      });
      await use({ url, setupToken: '', environment: env, restart: () => Promise.resolve(), stop: () => Promise.resolve() });
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  signedIn: [
    async ({ playwright, server, password }, use, worker) => {
      const request = await playwright.request.newContext({ baseURL: server.url, extraHTTPHeaders: { origin: server.url } });
      const data = { email: 'dana@demo.example', password: password[0] };
      const answer = await request.post('/api/session', { data });
      expect(answer.ok(), await answer.text()).toBe(true);
      const file = `${worker.project.outputDir}/perf-${worker.workerIndex}.json`;
      await request.storageState({ path: file });
      await request.dispose();
      await use(file);
    },
    { scope: 'worker' },
  ],
});
