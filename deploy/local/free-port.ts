/** A TCP port of 127.0.0.1 that nobody uses. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** For programs that cannot choose one themselves. Somebody else may take it before they do: be ready to try again. */
export async function freePort(): Promise<number> {
  return (await openOn(0)) ?? freePort();
}

/** @returns the wanted port when it is free, else one that is */
export async function portOrFree(wanted: number): Promise<number> {
  return (await openOn(wanted)) ?? freePort();
}

async function openOn(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
      return undefined;
    }
    throw error;
  } finally {
    server.close();
  }
}
