/**
 * The folder of one run below `.local/run/`: databases, streams, credentials, port files. Thrown away at its end.
 *
 * A run that was killed outright leaves its folder and, where the kernel could not end its processes with it, those
 * too. Every start looks for such remains and removes them. A process is known by its id *and* its start time, because
 * ids are used again.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const knownProcess = z.object({ name: z.string(), pid: z.int(), startTime: z.string() });
const runFile = z.object({ owner: knownProcess, processes: z.array(knownProcess) });

export interface RunDir extends AsyncDisposable {
  readonly path: string;
  /** Remembers a process, so that a later run can end it if this one cannot. */
  remember(name: string, pid: number): Promise<void>;
  /** The remembered processes that are still alive. */
  alive(): Promise<{ name: string; pid: number }[]>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/** @param kind names what runs here; `isRunBusy` asks for it */
export async function openRunDir(localDir: string, kind: string): Promise<RunDir> {
  await removeDeadRuns(localDir);
  const path = join(localDir, 'run', `${kind}-${process.pid}-${randomBytes(3).toString('hex')}`);
  await mkdir(path, { recursive: true });
  const owner = { name: kind, pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '' };
  const processes: z.infer<typeof knownProcess>[] = [];
  await save(path, { owner, processes });

  let saving = Promise.resolve();
  return {
    path,
    async remember(name, pid) {
      const startTime = await startTimeOf(pid);
      // It may have ended already; then there is nothing to remember.
      if (startTime === undefined) return;
      processes.push({ name, pid, startTime });
      saving = saving.then(() => save(path, { owner, processes }));
      await saving;
    },
    alive: () => stillAlive(processes),
    remove: () => rm(path, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Is another run of this kind going on? */
export async function isRunBusy(localDir: string, kind: string): Promise<boolean> {
  for (const name of await runsIn(localDir)) {
    const known = await load(join(localDir, 'run', name));
    if (known?.owner.name !== kind || known.owner.pid === process.pid) continue;
    if ((await stillAlive([known.owner])).length > 0) return true;
  }
  return false;
}

async function removeDeadRuns(localDir: string): Promise<void> {
  for (const name of await runsIn(localDir)) {
    const path = join(localDir, 'run', name);
    const known = await load(path);
    if (!known || (await stillAlive([known.owner])).length > 0) continue;
    for (const { pid } of await stillAlive(known.processes)) killIfThere(pid);
    await rm(path, { recursive: true, force: true });
  }
}

async function runsIn(localDir: string): Promise<string[]> {
  return readdir(join(localDir, 'run')).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

async function save(path: string, content: z.infer<typeof runFile>): Promise<void> {
  const unfinished = join(path, 'run.json.tmp');
  await writeFile(unfinished, JSON.stringify(content));
  await rename(unfinished, join(path, 'run.json'));
}

/** @returns undefined when there is none yet: a run that is just starting */
async function load(path: string): Promise<z.infer<typeof runFile> | undefined> {
  try {
    return runFile.parse(JSON.parse(await readFile(join(path, 'run.json'), 'utf8')));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function stillAlive<P extends z.infer<typeof knownProcess>>(processes: readonly P[]): Promise<P[]> {
  const now = await Promise.all(processes.map(({ pid }) => startTimeOf(pid)));
  return processes.filter(({ startTime }, index) => now[index] !== undefined && now[index] === startTime);
}

/** @returns undefined when there is no such process (one that ended and was not waited for counts as none) */
async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.trim() || undefined;
  }
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the start time is field 22.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ESRCH')) return undefined;
    throw error;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
