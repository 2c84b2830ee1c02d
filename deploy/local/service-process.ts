/** One service or simulator as a process of its own: started, waited for until it is ready, stopped. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Child, startChild } from './child-process.ts';

export interface ProcessSpec {
  /** Such as `media-bridge-2`. */
  name: string;
  service: string;
  /** From the root of the repository. */
  script: string;
  env: Record<string, string | undefined>;
  /** What answers 200 when it can be used. */
  readyPath: '/readyz' | '/healthz';
}

/** Where processes run and leave things. */
export interface Place {
  root: string;
  /** Of this run. */
  runDir: string;
  logsDir: string;
  baseEnv: Record<string, string>;
  /** Ends every wait when the start is given up. */
  signal: AbortSignal;
  remember(name: string, pid: number): Promise<void>;
}

const portFile = z.object({ port: z.int().optional(), healthPort: z.int().optional(), tlsPort: z.int().optional() });
export type Ports = z.infer<typeof portFile>;

export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  readonly service: string;
  readonly child: Child;
  readonly ports: Ports;
  readonly healthUrl: string;
}

/**
 * So that V8 marks the whole heap rarely. With its own settings it did so every two to four seconds in a gateway and a
 * bridge, and every twenty with the first of these, at the price of their worst delays.
 *
 * - What is read from sockets counts as memory in use until the young generation is collected; a large one takes so long that
 *   it looks like a full heap.
 * - The heap may grow to four times what the last marking left, whatever V8 thinks of the process's future.
 * - A process that allocates little is not marked because it has the time.
 *
 * And so that the young generation, which is small, is collected without waiting for helpers that have no core to run on:
 * a bridge with a hundred calls stood still for 1.4 ms each time in the place of 2.
 */
const NODE_FLAGS = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=300',
  '--no-memory-reducer',
  '--no-parallel-scavenge',
];
const READY_TIMEOUT_MS = 45_000;
const POLL_MS = 50;

/** @throws Error with the end of the process's log when it ends or is not ready in time */
export async function startServiceProcess(spec: ProcessSpec, place: Place): Promise<ServiceProcess> {
  const portFilePath = join(place.runDir, `${spec.name}.ports.json`);
  await rm(portFilePath, { force: true });
  place.signal.throwIfAborted();
  const child = await startChild({
    name: spec.name,
    command: process.execPath,
    args: [...NODE_FLAGS, spec.script],
    cwd: place.root,
    env: { ...place.baseEnv, ...defined(spec.env), PORT_FILE: portFilePath },
    logFile: join(place.logsDir, `${spec.name}.log`),
  });
  try {
    await place.remember(spec.name, child.pid);
    const deadline = performance.now() + READY_TIMEOUT_MS;
    const ports = await until(child, place.signal, deadline, () => readPorts(portFilePath));
    const base = `http://127.0.0.1:${ports.healthPort ?? ports.port}`;
    await until(child, place.signal, deadline, () => answers(`${base}${spec.readyPath}`));
    return {
      name: spec.name,
      service: spec.service,
      child,
      ports,
      healthUrl: `${base}/healthz`,
      [Symbol.asyncDispose]: () => child.stop(),
    };
  } catch (error) {
    await child.stop({ timeoutMs: 2_000 });
    place.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${spec.name} did not start: ${reason}\n${indented(await child.logTail(15))}\n(${child.logFile})`, {
      cause: error,
    });
  }
}

async function until<T>(
  child: Child,
  signal: AbortSignal,
  deadline: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (!child.isRunning) throw new Error(`it ended (${child.end})`);
    const found = await look();
    if (found !== undefined) return found;
    await delay(POLL_MS);
  }
  throw new Error(`it was not ready after ${READY_TIMEOUT_MS / 1_000} s`);
}

async function readPorts(file: string): Promise<Ports | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : portFile.parse(JSON.parse(text));
}

async function answers(url: string): Promise<true | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok ? true : undefined;
  } catch (error) {
    // Not listening yet, or too busy starting to answer: asked again until the deadline.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))
      return undefined;
    throw error;
  }
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
