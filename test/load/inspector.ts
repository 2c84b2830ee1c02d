/**
 * Looks into a running Node process as a debugger would: SIGUSR1 opens its inspector on loopback, whose address it
 * writes to its log. So the services need no switch of their own for collecting garbage or recording a profile.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '@frontdesk/lifecycle';
import { WebSocket } from 'ws';
import { z } from 'zod';

export interface Inspector extends AsyncDisposable {
  /** Heap and external memory that are still in use after a full collection, in bytes. */
  memoryInUse(): Promise<number>;
  startProfile(): Promise<void>;
  /** In V8's format, as `.cpuprofile` files hold it. */
  stopProfile(): Promise<CpuProfile>;
}

export const cpuProfile = z.looseObject({
  nodes: z.array(
    z.looseObject({
      id: z.int(),
      callFrame: z.looseObject({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof cpuProfile>;

const ADDRESS = /Debugger listening on (ws:\/\/[^\s]+)/g;
const FAILURE = /Starting inspector on .* failed: .*/;
const OPEN_WITHIN_MS = 5_000;
const COLLECTIONS = 3;
// An event comes without an id, and an error without a result.
const answer = z.object({
  id: z.int().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const evaluated = z.object({ result: z.object({ value: z.string() }) });
const memory = z.object({ heapUsed: z.number(), external: z.number() });

/** @throws Error when the process does not open its inspector, such as when another one holds the port */
export async function openInspector(process_: { name: string; pid: number; logFile: string }): Promise<Inspector> {
  const socket = new WebSocket(await addressOf(process_), { perMessageDeflate: false, maxPayload: 1 << 28 });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  socket.on('message', (data: Buffer) => {
    const { id, result, error } = answer.parse(JSON.parse(data.toString()));
    const asked = id === undefined ? undefined : waiting.get(id);
    if (id !== undefined) waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`the inspector of ${process_.name} refused: ${JSON.stringify(error)}`));
  });
  const opened = Promise.withResolvers<void>();
  socket.once('open', () => opened.resolve());
  socket.on('error', (error) => opened.reject(error));
  await withDeadline(`reaching the inspector of ${process_.name}`, OPEN_WITHIN_MS, opened.promise);

  function ask(method: string, params: object = {}): Promise<unknown> {
    last += 1;
    const asked = Promise.withResolvers<unknown>();
    waiting.set(last, asked);
    socket.send(JSON.stringify({ id: last, method, params }));
    return withDeadline(`${method} in ${process_.name}`, 30_000, asked.promise);
  }

  async function evaluate(expression: string): Promise<string> {
    const reply = evaluated.parse(await ask('Runtime.evaluate', { expression, returnByValue: true }));
    return reply.result.value;
  }

  return {
    async memoryInUse() {
      const seen: number[] = [];
      for (let round = 0; round < COLLECTIONS; round += 1) {
        await ask('HeapProfiler.collectGarbage');
        const { heapUsed, external } = memory.parse(
          JSON.parse(await evaluate('JSON.stringify(process.memoryUsage())')),
        );
        seen.push(heapUsed + external);
        await delay(300);
      }
      // What arrived between a collection and the look is garbage of the next one.
      return Math.min(...seen);
    },
    async startProfile() {
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval: 500 });
      await ask('Profiler.start');
    },
    async stopProfile() {
      const { profile } = z.object({ profile: cpuProfile }).parse(await ask('Profiler.stop'));
      return profile;
    },
    async [Symbol.asyncDispose]() {
      // Gives the port back: the next process wants the same one.
      await evaluate("setTimeout(() => process.getBuiltinModule('node:inspector').close(), 20), ''");
      socket.terminate();
      await delay(100);
    },
  };
}

async function addressOf({ name, pid, logFile }: { name: string; pid: number; logFile: string }): Promise<string> {
  const before = (await readFile(logFile, 'utf8')).length;
  process.kill(pid, 'SIGUSR1');
  const deadline = performance.now() + OPEN_WITHIN_MS;
  while (performance.now() < deadline) {
    await delay(50);
    const text = (await readFile(logFile, 'utf8')).slice(before);
    const address = [...text.matchAll(ADDRESS)].at(-1)?.[1];
    if (address !== undefined) return address;
    const failure = FAILURE.exec(text);
    if (failure) throw new Error(`${name}: ${failure[0]}`);
  }
  throw new Error(`${name} did not open its inspector`);
}
