/** One question to a bridge over its own listener, with a time for the answer that is not cut by our own lateness. */
import { type Agent, request } from 'node:http';

/** Answers are small; whoever sends more is no bridge. */
const MOST_BYTES = 65_536;

export interface Question {
  /** `host:port` */
  address: string;
  path: string;
  withinMs: number;
  /** Keeps the connection for the next question; without it every question has its own. */
  agent?: Agent;
}

export interface Answer {
  status: number;
  body: string;
}

/** @throws Error when there is no whole answer in time */
export function askOverHttp({ address, path, withinMs, agent }: Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(`http://${address}${path}`, { agent: agent ?? false });
  const giveUp = () => asked.destroy(new Error('no answer in time'));
  // When it was us who were late, the answer is there already, and is read before the immediate.
  const late = setTimeout(() => setImmediate(giveUp), withinMs);
  asked.once('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    // Read to its end, or the connection is of no use to the next question.
    response.on('data', (text: string) => {
      body += text;
      if (body.length > MOST_BYTES) asked.destroy(new Error('the answer is too large'));
    });
    response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    response.once('error', reject);
  });
  asked.once('error', reject);
  asked.once('close', () => {
    clearTimeout(late);
    reject(new Error('the connection was closed before the answer'));
  });
  asked.end();
  return promise;
}
