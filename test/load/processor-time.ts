/**
 * What processes and the machine have spent, from /proc. A process counts with everything below it: PostgreSQL has a
 * process for each connection.
 */
import { readdir, readFile } from 'node:fs/promises';

/** Ticks of /proc/<pid>/stat are hundredths of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

export interface NamedProcess {
  name: string;
  pid: number;
}

export interface Reading {
  atMs: number;
  /** By the name of the process: user and system time since its start. */
  cpuMs: ReadonlyMap<string, number>;
  rssKiB: ReadonlyMap<string, number>;
  machine: { busyMs: number; idleMs: number; stolenMs: number };
}

interface Stat {
  parent: number;
  cpuMs: number;
  rssPages: number;
}

const PAGE_KIB = 4;

/** @throws Error where there is no /proc */
export async function readProcessorTime(processes: readonly NamedProcess[]): Promise<Reading> {
  const stats = await readAll();
  const owners = new Map(processes.map(({ pid, name }) => [pid, name]));
  const cpuMs = new Map<string, number>();
  const rssKiB = new Map<string, number>();
  for (const [pid, { cpuMs: spent, rssPages }] of stats) {
    const name = ownerOf(pid, stats, owners);
    if (name === undefined) continue;
    cpuMs.set(name, (cpuMs.get(name) ?? 0) + spent);
    rssKiB.set(name, (rssKiB.get(name) ?? 0) + rssPages * PAGE_KIB);
  }
  return { atMs: performance.now(), cpuMs, rssKiB, machine: await readMachine() };
}

function ownerOf(
  pid: number,
  stats: ReadonlyMap<number, Stat>,
  owners: ReadonlyMap<number, string>,
): string | undefined {
  for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) {
    const name = owners.get(at);
    if (name !== undefined) return name;
  }
  return undefined;
}

async function readAll(): Promise<Map<number, Stat>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(async (pid) => [pid, await readStat(pid)] as const));
  return new Map(stats.filter((entry): entry is readonly [number, Stat] => entry[1] !== undefined));
}

async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch((error: unknown) => {
    // It ended since we saw it.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  });
  if (text === '') return undefined;
  // The name, in parentheses, may hold anything. After it: state, parent, … user and system time are fields 14 and 15,
  // and after them what its own ended processes had spent.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    parent: number(1),
    cpuMs: (number(11) + number(12) + number(13) + number(14)) * MS_PER_TICK,
    rssPages: number(21),
  };
}

async function readMachine(): Promise<Reading['machine']> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [, user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .map((field) => Number(field) * MS_PER_TICK);
  return { busyMs: user + nice + system + interrupt + soft, idleMs: idle + wait, stolenMs: stolen };
}
