// Pins: what a killed run leaves behind and nobody ever removes, and a process that ends up killed in its place.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunBusy, openRunDir } from './run-dir.ts';

let localDir: string;
beforeEach(async () => {
  localDir = await mkdtemp(join(tmpdir(), 'frontdesk-run-dir-'));
});
afterEach(() => rm(localDir, { recursive: true, force: true }));

/** No process has such an id: they end below 2^22. */
const NOBODY = { name: 'stack', pid: 2 ** 30, startTime: '1' };

/** The remains of a run whose owner is gone. */
async function deadRun(processes: object[]): Promise<void> {
  await mkdir(join(localDir, 'run', 'dead'), { recursive: true });
  await writeFile(join(localDir, 'run', 'dead', 'run.json'), JSON.stringify({ owner: NOBODY, processes }));
}

test('processes of a dead run are ended and its folder is removed', async () => {
  const orphan = spawn('sleep', ['60']);
  const ended = once(orphan, 'exit');
  await using first = await openRunDir(localDir, 'stack');
  await first.remember('orphan', orphan.pid ?? 0);
  const [run = ''] = await readdir(join(localDir, 'run'));
  const { processes } = JSON.parse(await readFile(join(localDir, 'run', run, 'run.json'), 'utf8'));
  await deadRun(processes);

  await using second = await openRunDir(localDir, 'tests');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await readdir(join(localDir, 'run'))).not.toContain('dead');
  expect(await second.alive()).toEqual([]);
});

test('a process that only has the id of an old one is left alone', async () => {
  const innocent = spawn('sleep', ['60']);
  await once(innocent, 'spawn');
  await deadRun([{ name: 'postgres', pid: innocent.pid, startTime: 'another time' }]);
  await using _run = await openRunDir(localDir, 'stack');
  expect(innocent.signalCode).toBeNull();
  expect(innocent.kill()).toBe(true);
  await once(innocent, 'exit');
});

test('the run of a living owner is not touched', async () => {
  await using first = await openRunDir(localDir, 'stack');
  await using _second = await openRunDir(localDir, 'stack');
  expect(await readdir(join(localDir, 'run'))).toHaveLength(2);
  // Its own runs do not keep a process from starting another.
  expect(await isRunBusy(localDir, 'stack')).toBe(false);
  await first.remove();
});
