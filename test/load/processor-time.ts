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

export const cpuMsOf = ({ userMs, systemMs }: Spent): number => userMs + systemMs;

export interface Reading {
  atMs: number;
  /** By the name of the process, since its start. */
  spent: ReadonlyMap<string, Spent>;
  rssKiB: ReadonlyMap<string, number>;
  machine: { busyMs: number; idleMs: number; stolenMs: number };
}

/** Milliseconds of processor time. */
export interface Spent {
  userMs: number;
  systemMs: number;
  /** Of both, what threads beside the main one spent: garbage collectors, compilers, the thread pool. */
  besideMs: number;
}

interface Stat extends Spent {
  parent: number;
  rssPages: number;
}

const PAGE_KIB = 4;

/** @throws Error where there is no /proc */
export async function readProcessorTime(processes: readonly NamedProcess[]): Promise<Reading> {
  const stats = await readAll();
  const owners = new Map(processes.map(({ pid, name }) => [pid, name]));
  const spent = new Map<string, Spent>();
  const rssKiB = new Map<string, number>();
  for (const [pid, stat] of stats) {
    const name = ownerOf(pid, stats, owners);
    if (name === undefined) continue;
    const before = spent.get(name) ?? { userMs: 0, systemMs: 0, besideMs: 0 };
    spent.set(name, {
      userMs: before.userMs + stat.userMs,
      systemMs: before.systemMs + stat.systemMs,
      besideMs: before.besideMs + stat.besideMs,
    });
    rssKiB.set(name, (rssKiB.get(name) ?? 0) + stat.rssPages * PAGE_KIB);
  }
  return { atMs: performance.now(), spent, rssKiB, machine: await readMachine() };
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
  const [whole, main] = await Promise.all([fieldsOf(`/proc/${pid}/stat`), fieldsOf(`/proc/${pid}/task/${pid}/stat`)]);
  if (whole === undefined || main === undefined) return undefined;
  const [userMs, systemMs] = [whole(11) * MS_PER_TICK, whole(12) * MS_PER_TICK];
  const besideMs = Math.max(0, userMs + systemMs - (main(11) + main(12)) * MS_PER_TICK);
  return {
    parent: whole(1),
    userMs: userMs + whole(13) * MS_PER_TICK,
    systemMs: systemMs + whole(14) * MS_PER_TICK,
    besideMs,
    rssPages: whole(21),
  };
}

/**
 * Of a process or a thread, counted from its state: 1 the parent, 11 and 12 user and system time, 13 and 14 those of its
 * own ended processes, 21 resident pages. Undefined when it ended since we saw it.
 */
async function fieldsOf(file: string): Promise<((index: number) => number) | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  });
  if (text === '') return undefined;
  // The name, in parentheses, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (index) => Number(fields[index]);
}

async function readMachine(): Promise<Reading['machine']> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [, user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .map((field) => Number(field) * MS_PER_TICK);
  return { busyMs: user + nice + system + interrupt + soft, idleMs: idle + wait, stolenMs: stolen };
}
