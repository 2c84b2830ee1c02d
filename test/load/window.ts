/** Watches what processes spend while something else goes on, in parts, so that a restless machine shows. */
import { setTimeout as delay } from 'node:timers/promises';
import { cpuMsOf, type NamedProcess, type Reading, readProcessorTime, type Spent } from './processor-time.ts';

export interface Window {
  seconds: number;
  /** Per process: milliseconds of CPU per second of one call, and how much `cpuMs` differed between the parts. */
  perCallSecond: Record<string, Cost & { spread: number }>;
  rssKiB: Record<string, number>;
  machine: {
    /** Share of all cores. */
    busy: number;
    /** Share of all cores that other programs used. */
    foreign: number;
    stolen: number;
  };
}

/** `userMs` and `systemMs` make up `cpuMs`; `besideMs` is part of both. */
export interface Cost extends Spent {
  cpuMs: number;
}

const PARTS = 4;

export async function watch(
  processes: readonly NamedProcess[],
  calls: number,
  seconds: number,
  signal: AbortSignal,
): Promise<Window> {
  const readings = [await readProcessorTime(processes)];
  for (let part = 0; part < PARTS; part += 1) {
    await delay((seconds * 1_000) / PARTS, undefined, { signal });
    readings.push(await readProcessorTime(processes));
  }
  const [first] = readings;
  const last = readings.at(-1);
  if (!first || !last) throw new Error('nothing was read');
  const perCallSecond = Object.fromEntries(
    processes.map(({ name }) => {
      const parts = readings
        .slice(1)
        .map((reading, index) => cost(name, readings[index] ?? first, reading, calls).cpuMs);
      const whole = cost(name, first, last, calls);
      const spread = whole.cpuMs > 0 ? (Math.max(...parts) - Math.min(...parts)) / whole.cpuMs : 0;
      return [name, { ...whole, spread }];
    }),
  );
  return {
    seconds: (last.atMs - first.atMs) / 1_000,
    perCallSecond,
    rssKiB: Object.fromEntries(last.rssKiB),
    machine: machineShare(first, last),
  };
}

const NOTHING: Spent = { userMs: 0, systemMs: 0, besideMs: 0 };

function cost(name: string, from: Reading, to: Reading, calls: number): Cost {
  const callSeconds = ((to.atMs - from.atMs) / 1_000) * calls;
  const before = from.spent.get(name) ?? NOTHING;
  const after = to.spent.get(name) ?? NOTHING;
  const userMs = (after.userMs - before.userMs) / callSeconds;
  const systemMs = (after.systemMs - before.systemMs) / callSeconds;
  return { cpuMs: userMs + systemMs, userMs, systemMs, besideMs: (after.besideMs - before.besideMs) / callSeconds };
}

function machineShare(from: Reading, to: Reading): Window['machine'] {
  const busyMs = to.machine.busyMs - from.machine.busyMs;
  const stolenMs = to.machine.stolenMs - from.machine.stolenMs;
  const allMs = Math.max(1, busyMs + stolenMs + to.machine.idleMs - from.machine.idleMs);
  const sum = (reading: Reading) => [...reading.spent.values()].reduce((total, spent) => total + cpuMsOf(spent), 0);
  const ownMs = sum(to) - sum(from);
  return {
    busy: (busyMs + stolenMs) / allMs,
    foreign: Math.max(0, busyMs - ownMs) / allMs,
    stolen: stolenMs / allMs,
  };
}
