/**
 * Where a stack leaves what outlives it: logs, traces, `stack.json`, the businesses' credentials. That is `.local/`,
 * or a folder beside it when another stack is already running there.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunBusy, openRunDir, type RunDir } from './run-dir.ts';

export interface OutputPlace extends AsyncDisposable {
  readonly dir: string;
  readonly logsDir: string;
  readonly credsDir: string;
  readonly tracesFile: string;
  readonly stackFile: string;
  readonly runDir: RunDir;
}

const KIND = 'stack';
const BESIDE = 'beside-';

export async function openPlace(localDir: string, log: (line: string) => void): Promise<OutputPlace> {
  const isBusy = await isRunBusy(localDir, KIND);
  const runDir = await openRunDir(localDir, KIND);
  const dir = isBusy ? join(localDir, BESIDE + process.pid) : localDir;
  if (isBusy) log(`another stack is using ${localDir}; this one writes to ${dir}`);
  const place = {
    dir,
    logsDir: join(dir, 'logs'),
    credsDir: join(dir, 'creds'),
    tracesFile: join(dir, 'traces.jsonl'),
    stackFile: join(dir, 'stack.json'),
    runDir,
  };
  if (!isBusy) await removeOldOnes(localDir);
  await rm(place.logsDir, { recursive: true, force: true });
  await rm(place.stackFile, { force: true });
  await rm(place.credsDir, { recursive: true, force: true });
  await mkdir(place.logsDir, { recursive: true });
  await writeFile(place.tracesFile, '');
  return {
    ...place,
    async [Symbol.asyncDispose]() {
      // Both name a stack that is gone; logs and traces stay, to be read.
      await rm(place.stackFile, { force: true });
      await rm(place.credsDir, { recursive: true, force: true });
      await runDir.remove();
    },
  };
}

/** The folders of stacks that once ran beside another. None does now. */
async function removeOldOnes(localDir: string): Promise<void> {
  const names = (await readdir(localDir)).filter((name) => name.startsWith(BESIDE));
  await Promise.all(names.map((name) => rm(join(localDir, name), { recursive: true, force: true })));
}
