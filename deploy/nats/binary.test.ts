// Pins: a named nats-server that is silently replaced by another one, and a cached one that is fetched again.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findNatsServer } from './binary.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frontdesk-binary-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function executable(file: string): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

test('the one that was named is taken, and nothing else', async () => {
  const named = await executable(join(dir, 'mine', 'nats-server'));
  await executable(join(dir, 'bin', 'nats-server'));
  expect(await findNatsServer({ binFromEnv: named, localDir: dir, log: vi.fn() })).toBe(named);
});

test('a named one that does not exist is an error that names the variable', async () => {
  const attempt = findNatsServer({ binFromEnv: join(dir, 'nowhere'), localDir: dir, log: vi.fn() });
  await expect(attempt).rejects.toThrow('NATS_SERVER_BIN');
});

test('one that was fetched before is not fetched again', async () => {
  await executable(join(dir, 'bin', 'nats-server'));
  const log = vi.fn();
  const found = await findNatsServer({ localDir: dir, log });
  // A machine that has one installed uses that one.
  expect(found).toMatch(/nats-server$/);
  expect(log).not.toHaveBeenCalled();
});
