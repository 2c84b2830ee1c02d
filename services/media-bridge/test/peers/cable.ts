/** A cable between two TCP ends that a test can pull out and put back. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface Cable extends AsyncDisposable {
  /** `host:port` to connect to in place of the target. */
  readonly address: string;
  pull(): void;
  plug(): void;
}

/** @param target `host:port` */
export async function layCable(target: string): Promise<Cable> {
  const [host = '127.0.0.1', port = '0'] = target.split(':');
  const ends = new Set<Socket>();
  let plugged = true;
  const server = createServer((near) => {
    if (!plugged) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), host);
    for (const [end, other] of [[near, far] as const, [far, near] as const]) {
      ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    pull() {
      plugged = false;
      for (const end of ends) end.destroy();
    },
    plug() {
      plugged = true;
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
