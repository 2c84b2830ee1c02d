/**
 * The processes of the load generator, and how the benchmark talks to them: requests and replies over Node's own channel
 * between parent and child. A process whose parent is gone ends itself.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { withDeadline } from '@frontdesk/lifecycle';
import { z } from 'zod';

const request = z.object({ id: z.int(), method: z.string(), params: z.unknown() });
// An error comes without a result.
const reply = z.object({ id: z.int(), result: z.unknown().optional(), error: z.string().optional() });

export interface RemoteProcess extends AsyncDisposable {
  readonly pid: number;
  /** @throws Error with what went wrong there, or when it does not answer in time */
  ask<T>(method: string, result: z.ZodType<T>, params?: unknown, timeoutMs?: number): Promise<T>;
}

/** @param env exactly what it is given */
export function startRemote(script: string, env: Record<string, string>): RemoteProcess {
  const child = fork(script, { env, serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on('message', (message) => {
    const { id, result, error } = reply.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.once('exit', (code, signal) => {
    for (const asked of waiting.values()) asked.reject(new Error(`${script} ended (${signal ?? code})`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    async ask(method, result, params = null, timeoutMs = 10_000) {
      last += 1;
      const id = last;
      const asked = Promise.withResolvers<unknown>();
      waiting.set(id, asked);
      child.send({ id, method, params });
      return result.parse(await withDeadline(`asking for ${method}`, timeoutMs, asked.promise));
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await withDeadline(`stopping ${script}`, 5_000, exited).catch(() => child.kill('SIGKILL'));
    },
  };
}

export type Handlers = Record<string, (params: unknown) => unknown>;

/** In the child: answers the parent until it is gone. */
export function serveParent(handlers: Handlers): void {
  process.on('disconnect', () => process.exit(0));
  // The terminal sends Ctrl-C to us too; the parent ends us in order.
  process.on('SIGINT', () => undefined);
  process.on('message', (message) => {
    const { id, method, params } = request.parse(message);
    const answer = (body: { result?: unknown; error?: string }) => process.send?.({ id, ...body });
    Promise.try(() => {
      const handler = handlers[method];
      if (!handler) throw new Error(`it knows no ${method}`);
      return handler(params);
    }).then(
      (result) => answer({ result }),
      (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
}
