import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
export const PROGRAM = process.env['LEADLINE'] ?? join(HERE, '../../target/debug/leadline');
const DIST = process.env['LEADLINE_WEB_DIST'] ?? join(HERE, '../dist');

/** The real program over an empty SQLite file. */
export interface Server {
  url: string;
  /** As printed on the console; good for the first workspace. */
  setupToken: string;
  /** The settings it runs with, for commands over the same file. */
  environment: NodeJS.ProcessEnv;
  /** Ends the program and starts it again over the same file, at the same address. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startServer(name = ''): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), `leadline-e2e-${name}`));
  let running = await start(folder, '127.0.0.1:0', 'setup');
  const { url, setupToken } = running;
  return {
    url,
    setupToken,
    environment: environment(folder, new URL(url).host),
    restart: async () => {
      await end(running.child);
      running = await start(folder, new URL(url).host, 'address');
    },
    stop: async () => {
      await end(running.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Started {
  child: ChildProcess;
  url: string;
  setupToken: string;
}

/** A program over an empty file prints a setup token behind its address. */
function start(folder: string, listen: string, awaits: 'setup' | 'address'): Promise<Started> {
  const child = spawn(PROGRAM, ['serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(folder, listen),
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.once('exit', () => reject(new Error(`${PROGRAM} ended before it listened:\n${printed}`)));
    // Read to the end of the program, or it would wait for somebody to read what it prints.
    child.stdout.on('data', (piece: Buffer) => {
      printed += piece.toString();
      const found = (awaits === 'setup' ? WITH_TOKEN : LISTENS).exec(printed);
      if (found?.[1]) resolve({ child, url: found[1], setupToken: found[2] ?? '' });
    });
  });
}

function environment(folder: string, listen: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LEADLINE_DATABASE_URL: `sqlite:${join(folder, 'leadline.db')}`,
    LEADLINE_SERVER_LISTEN: listen,
    LEADLINE_SECURITY_REQUESTS_PER_SECOND: '0',
    LEADLINE_LOG_LEVEL: 'error',
    LEADLINE_WEB_DIST: DIST,
  };
}

const LISTENS = /listens on (http:\S+)\s/;
const WITH_TOKEN = /listens on (http:\S+)\s[^]*?(lls_\S+)\s/;

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
