/**
 * Asking another service. Fails at once while disconnected; asks again once when nobody served, and once more after a
 * silence if the request carries an idempotency key, all within one deadline.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { type RpcContract, rpcSubject } from '@frontdesk/contracts/rpc';
import { invalidFrom, WireError, wireErrorBody } from '@frontdesk/contracts/wire-error';
import { ServiceErrorCodeHeader } from '@nats-io/services';
import type { Msg } from 'nats';
import { z } from 'zod';
import type { Link } from './connection.ts';
import { failureOf, toWireError } from './failures.ts';
import { writeHeaders } from './headers.ts';
import type { RequestOptions } from './types.ts';

/** A replica that restarts is back, or another has taken its place, after about this long. */
const NO_RESPONDERS_PAUSE_MS = 250;
/** Share of the time the first try may take when a second one is allowed. */
const FIRST_TRY_SHARE = 2 / 3;

export async function request<Request extends z.ZodType, Reply extends z.ZodType>(
  link: Link,
  contract: RpcContract<Request, Reply>,
  target: string,
  body: z.input<Request>,
  options: RequestOptions = {},
): Promise<z.output<Reply>> {
  const what = `${contract.service} ${contract.verb}`;
  const checked = contract.request.safeParse(body);
  if (!checked.success) throw invalidFrom(what, checked.error);
  const subject = subjectOf(contract, target);
  if (!link.connected) throw new WireError('unavailable', `${what} cannot be reached now`);
  const reply = await ask(link, contract, subject, JSON.stringify(body), options);
  return readReply(what, contract.reply, reply);
}

async function ask(
  link: Link,
  contract: RpcContract,
  subject: string,
  payload: string,
  options: RequestOptions,
): Promise<Msg> {
  const what = `${contract.service} ${contract.verb}`;
  const timeoutMs = options.timeoutMs ?? contract.timeoutMs;
  const endsAt = performance.now() + timeoutMs;
  const deadline = Temporal.Now.instant().add({ milliseconds: timeoutMs });
  let mayPause = true;
  let mayRepeat = options.idempotencyKey !== undefined;
  for (;;) {
    const remainingMs = Math.ceil(endsAt - performance.now());
    if (remainingMs <= 0) throw new WireError('deadline', `${what} did not answer in time`);
    try {
      const work = link.nc.request(subject, payload, {
        timeout: Math.max(1, mayRepeat ? Math.ceil(remainingMs * FIRST_TRY_SHARE) : remainingMs),
        headers: writeHeaders({ deadline, idempotencyKey: options.idempotencyKey, callSid: options.callSid }),
      });
      return await link.unlessLost(unlessAborted(what, work, options.signal));
    } catch (error) {
      const failure = failureOf(error);
      const roomToPause = endsAt - performance.now() > NO_RESPONDERS_PAUSE_MS;
      if (failure === 'no_responders' && mayPause && roomToPause && link.connected) {
        mayPause = false;
        await delay(NO_RESPONDERS_PAUSE_MS);
      } else if (failure === 'timeout' && mayRepeat) {
        mayRepeat = false;
      } else if (failure === 'lost') {
        // It may have been done already: not `unavailable`.
        throw new WireError('deadline', `the connection was lost while ${what} was asked`, { cause: error });
      } else {
        throw toWireError(what, error);
      }
    }
  }
}

function subjectOf(contract: RpcContract, target: string): string {
  try {
    return rpcSubject(contract, target);
  } catch (error) {
    if (error instanceof z.ZodError) throw invalidFrom(`the target of ${contract.service} ${contract.verb}`, error);
    throw error;
  }
}

function readReply<Reply extends z.ZodType>(what: string, schema: Reply, message: Msg): z.output<Reply> {
  const body = parseJson(message.string());
  if (message.headers?.get(ServiceErrorCodeHeader)) {
    const failure = wireErrorBody.safeParse(body);
    if (failure.success) throw WireError.from(failure.data);
    throw new WireError('internal', `${what} failed`);
  }
  const reply = schema.safeParse(body);
  if (reply.success) return reply.data;
  throw new WireError('internal', `${what} answered something else than agreed`, { cause: reply.error });
}

async function unlessAborted<T>(what: string, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new WireError('deadline', `${what} is not waited for any more`, { cause: signal.reason }));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
