// Pins: a process that outlives its stop, its parent, or the stack's knowledge of it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { baseEnv } from './base-env.ts';
import { dyingWithUs, startChild } from './child-process.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frontdesk-child-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const shell = (script: string) =>
  startChild({ name: 'sh', command: 'sh', args: ['-c', script], env: baseEnv(), cwd: dir, logFile: join(dir, 'log') });

test('it is asked to stop, and its outputs are in its log', async () => {
  const child = await shell('trap "echo bye; exit 3" TERM; echo hello >&2; while :; do sleep 0.05; done');
  await vi.waitFor(async () => expect(await child.logTail(5)).toBe('hello'));
  await child.stop();
  expect(child.end).toBe('exit code 3');
  expect(await child.logTail(5)).toBe('hello\nbye');
});

test('one that does not listen is killed, frozen or not', async () => {
  const child = await shell('trap "" TERM; echo deaf; while :; do sleep 0.05; done');
  await vi.waitFor(async () => expect(await child.logTail(1)).toBe('deaf'));
  child.signal('SIGSTOP');
  await child.stop({ timeoutMs: 200 });
  expect(child.end).toBe('SIGKILL');
});

test('nothing of our environment reaches it but what it was given', async () => {
  const child = await shell('env');
  await child.exited;
  const names = (await readFile(join(dir, 'log'), 'utf8')).match(/^[A-Z_]+(?==)/gm) ?? [];
  const shellsOwn = ['PWD', 'OLDPWD', 'SHLVL', '_'];
  expect(names.filter((name) => !shellsOwn.includes(name)).sort()).toEqual(Object.keys(baseEnv()).sort());
});

test.runIf(dyingWithUs('TERM').length > 0)('it dies with a parent that is killed outright', async () => {
  const script = `
    import { startChild } from ${JSON.stringify(join(import.meta.dirname, 'child-process.ts'))};
    const env = { PATH: ${JSON.stringify(baseEnv().PATH)} };
    const child = await startChild({ name: 's', command: 'sleep', args: ['60'], env, cwd: '/', logFile: '/dev/null' });
    console.log(child.pid);
    setInterval(() => undefined, 1_000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(line);
  parent.kill('SIGKILL');
  const isAlive = () =>
    execFileSync('sh', ['-c', `kill -0 ${pid} 2>/dev/null && echo yes || echo no`], { encoding: 'utf8' });
  await vi.waitFor(() => expect(isAlive().trim()).toBe('no'), { timeout: 5_000 });
});
