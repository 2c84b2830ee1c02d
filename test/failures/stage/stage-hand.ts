/** Breaks and mends the stack on a test's order: one POST per order, answered when it is done. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ProcessSpec } from '@frontdesk/deploy/local/service-process.ts';
import type { Stack } from '@frontdesk/deploy/local/stack.ts';
import { withDeadline } from '@frontdesk/lifecycle';
import { createHolds } from './holds.ts';
import { type Answer, order } from './orders.ts';
import type { StageServers } from './servers.ts';

export interface StageHand extends AsyncDisposable {
  readonly url: string;
}

export async function startStageHand(
  stack: Stack,
  specs: readonly ProcessSpec[],
  servers: StageServers,
): Promise<StageHand> {
  const holds = createHolds();
  const known = new Map(specs.map((spec) => [spec.name, spec]));

  function specOf(name: string): ProcessSpec {
    const spec = known.get(name);
    if (!spec) throw new Error(`there is no process ${name}`);
    return spec;
  }

  async function start(spec: ProcessSpec): Promise<Answer> {
    known.set(spec.name, spec);
    const { ports } = await stack.startProcess(spec);
    return { port: ports.port ?? ports.healthPort, healthPort: ports.healthPort };
  }

  async function obey(request: IncomingMessage): Promise<Answer> {
    const wanted = order.parse(JSON.parse(await text(request)));
    switch (wanted.do) {
      case 'signal':
        stack.process(wanted.name).child.signal(wanted.signal);
        return {};
      case 'await exit': {
        const { child } = stack.process(wanted.name);
        await withDeadline(`the end of ${wanted.name}`, wanted.timeoutMs, child.exited);
        return { end: child.end };
      }
      case 'start': {
        const like = specOf(wanted.like);
        const own = { SERVICE_INSTANCE: wanted.name, POD_ID: wanted.name };
        return start({ ...like, name: wanted.name, env: { ...like.env, ...own, ...wanted.env } });
      }
      case 'restart':
        return start(specOf(wanted.name));
      case 'kill nats':
        await servers.killNats();
        return {};
      case 'start nats':
        await servers.startNats();
        return {};
      case 'freeze nats':
        servers.freezeNats();
        return {};
      case 'thaw nats':
        servers.thawNats();
        return {};
      case 'freeze postgres':
        await servers.freezePostgres();
        return {};
      case 'thaw postgres':
        await servers.thawPostgres();
        return {};
      case 'hold':
        return { id: await holds.hold(wanted) };
      case 'release':
        holds.release(wanted.id);
        return {};
    }
  }

  const server = createServer((request, response) => {
    obey(request).then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
    );
  });
  // A hold may be waited for longer than any default allows.
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
