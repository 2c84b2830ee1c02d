/** One question to a bridge: does it answer? Twice a second, so the connection is kept between two of them. */
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/**
 * Never rejects: no answer is an answer.
 * @param address `host:port`
 * @returns whether there was one in time, whatever it said
 */
export function answersOverHttp(address: string, withinMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked = request(`http://${address}/healthz`, { agent });
  const giveUp = () => asked.destroy(new Error('no answer in time'));
  // When it was us who were late, the answer is there already, and is read before the immediate.
  const late = setTimeout(() => setImmediate(giveUp), withinMs);
  asked.once('response', (response) => {
    // Read to its end, or the connection is of no use to the next question.
    response.once('end', () => resolve(true));
    response.once('error', () => resolve(false));
    response.resume();
  });
  asked.once('error', () => resolve(false));
  asked.once('close', () => {
    clearTimeout(late);
    resolve(false);
  });
  asked.end();
  return promise;
}
