/** A test's side of the stage: orders to the stage hand. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import '../provided.ts';
import { type Answer, answer, type Order, type Prop } from './orders.ts';

type StageSignal = Extract<Order, { do: 'signal' }>['signal'];

const EXIT_TIMEOUT_MS = 60_000;

export const signal = (name: string, what: StageSignal) => ask({ do: 'signal', name, signal: what });

/** @returns how it ended: "exit code 0", "SIGKILL" */
export async function exitOf(name: string): Promise<string> {
  return (await ask({ do: 'await exit', name, timeoutMs: EXIT_TIMEOUT_MS })).end ?? '';
}

/** @returns the port it listens on */
export async function start(like: string, name: string, env: Record<string, string>): Promise<number> {
  return (await ask({ do: 'start', like, name, env })).port ?? 0;
}

/** A gateway like the stack's. @returns where callers knock, and where it says how it is */
export async function startGateway(name: string, env: Record<string, string>) {
  const { port = 0, healthPort = 0 } = await ask({ do: 'start', like: 'gateway-1', name, env });
  return { port, healthPort };
}

export const restart = (name: string) => ask({ do: 'restart', name });
export const killNats = () => ask({ do: 'kill nats' });
export const startNats = () => ask({ do: 'start nats' });
export const freezeNats = () => ask({ do: 'freeze nats' });
export const thawNats = () => ask({ do: 'thaw nats' });
export const freezePostgres = () => ask({ do: 'freeze postgres' });
export const thawPostgres = () => ask({ do: 'thaw postgres' });

/** Waits for its turn; disposed, the next ones have theirs. */
export async function hold(shared: readonly Prop[], exclusive: readonly Prop[] = []): Promise<AsyncDisposable> {
  const { id } = await ask({ do: 'hold', shared: [...shared], exclusive: [...exclusive] });
  return {
    async [Symbol.asyncDispose]() {
      if (id !== undefined) await ask({ do: 'release', id });
    },
  };
}

/** Not with fetch, which gives up on an answer that takes five minutes. */
async function ask(order: Order): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(inject('failures').stageUrl, { method: 'POST' }, (response) => {
    text(response).then(resolve, reject);
  });
  sent.on('error', reject);
  sent.end(JSON.stringify(order));
  const found = answer.parse(JSON.parse(await promise));
  if (found.error !== undefined) throw new Error(`stage: ${order.do}: ${found.error}`);
  return found;
}
