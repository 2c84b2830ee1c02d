/** A TCP connection to PostgreSQL that can fall silent: no FIN, no RST, no answer, as from a lost node. */
import { connect, createServer, type Socket } from 'node:net';

export interface Link extends AsyncDisposable {
  readonly url: string;
  /** The connections of now stay open and carry nothing any more; new ones work. */
  freeze(): void;
  /** How often something came from the client: once for all that it had to say before it waited. */
  readonly requests: number;
}

export async function startLink(serverUrl: string): Promise<Link> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.on('data', () => {
      requests += 1;
    });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      // Either end may go at any time in these tests; the other one follows.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    freeze() {
      // What arrives is read and lost, so that the end of the connection is still noticed.
      for (const socket of sockets) socket.unpipe().resume();
    },
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
