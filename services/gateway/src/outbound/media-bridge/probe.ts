/** One question to a bridge: does it answer? Twice a second, so the connection is kept between two of them. */
import { Agent } from 'node:http';
import { askOverHttp } from './ask-over-http.ts';

const agent = new Agent({ keepAlive: true });

/**
 * Never rejects: no answer is an answer.
 * @param address `host:port`
 * @returns whether there was one in time, whatever it said
 */
export function answersOverHttp(address: string, withinMs: number): Promise<boolean> {
  return askOverHttp({ address, path: '/healthz', withinMs, agent }).then(
    () => true,
    () => false,
  );
}
