/**
 * Serving requests as NATS micro endpoints, so that `nats micro ls` and `nats micro stats` show the system.
 *
 * The micro library runs synchronous handlers and answers for none that are still running when the connection drains.
 * Here every handler is counted, so that a drain waits for its reply, and every failure becomes one wire error.
 */
import { parseJson } from '@frontdesk/contracts/parse-json';
import { type RpcContract, rpcServerSubject, targetOfSubject } from '@frontdesk/contracts/rpc';
import { httpStatus, invalidFrom, WireError, type WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { InFlight } from '@frontdesk/lifecycle';
import { type Logger, withSpan } from '@frontdesk/observability';
import { type Service, ServiceErrorCodeHeader, ServiceErrorHeader, type ServiceMsg, Svcm } from '@nats-io/services';
import { headers } from 'nats';
import { z } from 'zod';
import type { Link } from './connection.ts';
import { readHeaders, withTravelling } from './headers.ts';
import type { MessagingHooks, RequestContext, RequestHandler } from './types.ts';

/** Bounds the timers that a strange deadline header could ask for. */
const LONGEST_WORK_MS = 600_000;

export interface ServerOptions {
  link: Link;
  service: string;
  instanceId: string;
  version: string;
  log: Logger;
  hooks: MessagingHooks;
  inFlight: InFlight;
  maxInFlight: number;
}

export interface Server {
  serve<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RpcContract<Request, Reply>,
    handler: RequestHandler<Request, Reply>,
    podId?: string,
  ): Promise<void>;
  /** Resolves with the reason when the server refused a subscription; pends otherwise. */
  failed: Promise<Error>;
  /** Takes no more requests. */
  stop(): Promise<void>;
}

export function createServer(options: ServerOptions): Server {
  const { link, log } = options;
  let micro: Promise<Service> | undefined;
  let stopping = false;
  const failed = Promise.withResolvers<Error>();

  async function start(): Promise<Service> {
    const service = await new Svcm(link.nc).add({
      name: options.service,
      version: /^\d+\.\d+\.\d+$/.test(options.version) ? options.version : '0.0.0',
      // Endpoints name their own: a pod's has none.
      queue: '',
      metadata: { instance: options.instanceId, version: options.version },
    });
    void service.stopped.then((error) => {
      if (stopping || link.nc.isClosed()) return;
      failed.resolve(error ?? new Error('the service endpoints stopped'));
    });
    return service;
  }

  return {
    failed: failed.promise,
    async serve(contract, handler, podId) {
      micro ??= start();
      const service = await micro;
      const subject = rpcServerSubject(contract, podId);
      service.addEndpoint(contract.verb, {
        subject,
        queue: contract.scope === 'pod' ? '' : options.service,
        metadata: { scope: contract.scope },
        handler: (error, message) => {
          if (error) log.error({ err: error, subject }, 'an endpoint failed');
          else void options.inFlight.run(() => answer(options, contract, handler, message));
        },
      });
      // A refused subscription is reported before the answer to this ping.
      await link.nc.flush();
      if (service.isStopped) throw new Error(`this service may not serve ${subject}`, { cause: await service.stopped });
    },
    async stop() {
      stopping = true;
      if (micro) await (await micro).stop();
    },
  };
}

async function answer<Request extends z.ZodType, Reply extends z.ZodType>(
  options: ServerOptions,
  contract: RpcContract<Request, Reply>,
  handler: RequestHandler<Request, Reply>,
  message: ServiceMsg,
): Promise<void> {
  const startedAt = performance.now();
  const travelling = readHeaders(message.headers);
  await withTravelling(travelling, async () => {
    const deadline = travelling.deadline ?? Temporal.Now.instant().add({ milliseconds: contract.timeoutMs });
    let outcome: 'ok' | WireErrorCode = 'ok';
    try {
      const reply = await withSpan(`${contract.service} ${contract.verb}`, { 'rpc.subject': message.subject }, () =>
        handle(options, contract, handler, message, { ...travelling, deadline }),
      );
      message.respond(reply);
    } catch (error) {
      const failure = error instanceof WireError ? error : new WireError('internal', 'this failed; it is in the log');
      outcome = failure.code;
      if (outcome === 'internal') options.log.error({ err: error, verb: contract.verb }, 'a request failed');
      respondFailure(options.log, message, failure);
    }
    options.hooks.served?.(contract.verb, outcome, performance.now() - startedAt);
  });
}

async function handle<Request extends z.ZodType, Reply extends z.ZodType>(
  options: ServerOptions,
  contract: RpcContract<Request, Reply>,
  handler: RequestHandler<Request, Reply>,
  message: ServiceMsg,
  given: { deadline: Temporal.Instant; idempotencyKey?: string; callSid?: string },
): Promise<string> {
  const what = `${contract.service} ${contract.verb}`;
  const leftMs = given.deadline.epochMilliseconds - Date.now();
  if (leftMs <= 0) throw new WireError('deadline', `${what}: nobody waits for this any more`);
  if (options.inFlight.count > options.maxInFlight) throw new WireError('unavailable', `${what}: too many requests`);
  const businessId = contract.scope === 'business' ? tenantOf(contract, message.subject) : '';
  const parsed = contract.request.safeParse(parseJson(message.string()));
  if (!parsed.success) throw invalidFrom('the request', parsed.error);
  const context: RequestContext = {
    businessId,
    deadline: given.deadline,
    signal: AbortSignal.timeout(Math.min(Math.ceil(leftMs), LONGEST_WORK_MS)),
    idempotencyKey: given.idempotencyKey,
    callSid: given.callSid,
  };
  const reply = contract.reply.safeParse(await handler(parsed.data, context));
  if (!reply.success) throw new Error(`${what} answers something else than agreed`, { cause: reply.error });
  return JSON.stringify(reply.data);
}

function tenantOf(contract: RpcContract, subject: string): string {
  try {
    return targetOfSubject(contract, subject);
  } catch (error) {
    if (error instanceof z.ZodError) throw invalidFrom('the business id of the subject', error);
    throw error;
  }
}

function respondFailure(log: Logger, message: ServiceMsg, failure: WireError): void {
  const named = headers();
  named.set(ServiceErrorCodeHeader, String(httpStatus[failure.code]));
  named.set(ServiceErrorHeader, failure.code);
  try {
    message.respond(JSON.stringify(failure.toBody()), { headers: named });
  } catch (error) {
    // The connection is closed: the asker has noticed by itself.
    log.warn({ err: error }, 'a failure could not be answered');
  }
}
