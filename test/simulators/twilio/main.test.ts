import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'twilio-simulator-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(env: Record<string, string>) {
  const started = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString('utf8');
    });
  }
  const exit = new Promise<number | null>((resolve) => void started.on('exit', resolve));
  return { started, exit, output: () => output };
}

it('runs as a process of its own, says where, and stops when asked', { timeout: 20_000 }, async () => {
  const portFile = path.join(folder, 'ports.json');
  const { started, exit } = start({
    PORT_FILE: portFile,
    TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'secret',
    PUBLIC_HOSTS: '{"https://frontdesk.test":["http://127.0.0.1:1","http://127.0.0.1:2"]}',
  });
  const ports = await vi.waitFor(async () => JSON.parse(await readFile(portFile, 'utf8')), { timeout: 15_000 });
  const { port } = z.object({ port: z.number() }).parse(ports);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  started.kill('SIGTERM');
  expect(await exit).toBe(0);
});

it('does not start without its account, and says what is missing', { timeout: 20_000 }, async () => {
  const { exit, output } = start({ PUBLIC_HOSTS: '{"https://frontdesk.test":"nowhere"}' });
  expect(await exit).toBe(1);
  expect(output()).toContain('TWILIO_ACCOUNT_SID');
  expect(output()).toContain('PUBLIC_HOSTS');
});
