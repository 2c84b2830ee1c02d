/** The shapes services program against. */
import type { BucketContract } from '@frontdesk/contracts/bucket';
import type { CloudEvent, EventContract, NewEvent } from '@frontdesk/contracts/event';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import type { SignalContract } from '@frontdesk/contracts/signal';
import type { WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { Logger } from '@frontdesk/observability';
import type { NatsConnection } from 'nats';
import type { z } from 'zod';

export interface MessagingOptions {
  servers: string | string[];
  /** Path of a `.creds` file; without one the connection is anonymous. */
  credsFile?: string;
  /** Names the inbox prefix, the queue group and the micro service: the service's folder name. */
  service: string;
  instanceId: string;
  /** Of the release, such as `0.1.0`. */
  version: string;
  log: Logger;
  /** How long the first connection may take before `connectMessaging` rejects. */
  connectTimeoutMs?: number;
  /** Requests handled at the same time; more are refused with `unavailable`. */
  maxInFlight?: number;
  hooks?: MessagingHooks;
}

/** For metrics. Called synchronously: must be quick and must not throw. */
export interface MessagingHooks {
  served?(verb: string, outcome: 'ok' | WireErrorCode, durationMs: number): void;
  consumed?(durable: string, outcome: 'ok' | 'skipped' | 'retry' | 'dead_letter', durationMs: number): void;
  deadLettered?(durable: string, reason: DeadLetterReason): void;
}

export interface RequestOptions {
  /** For all of it, the retries included; the contract's own by default. */
  timeoutMs?: number;
  /** The same for every retry of one intent. Only requests that carry one are retried after a timeout. */
  idempotencyKey?: string;
  /** The active call by default. */
  callSid?: string;
  signal?: AbortSignal;
}

export interface RequestContext {
  /** The tenant, from the subject; empty for contracts of no tenant or one pod. */
  readonly businessId: string;
  /** After this nobody waits for the answer any more; `signal` is aborted then. */
  readonly deadline: Temporal.Instant;
  readonly signal: AbortSignal;
  readonly idempotencyKey?: string;
  readonly callSid?: string;
}

export type RequestHandler<Request extends z.ZodType, Reply extends z.ZodType> = (
  request: z.output<Request>,
  context: RequestContext,
) => Promise<z.input<Reply>>;

export interface Delivery {
  readonly redelivered: boolean;
  /** 1 for the first time. */
  readonly attempt: number;
  /** Aborted when the handler has taken longer than it may. */
  readonly signal: AbortSignal;
}

export interface ConsumeOptions {
  /** Its name has to be in the permissions of the service. */
  durable: string;
  contracts: readonly EventContract[];
  /** `event.data` has been parsed by the contract. Repeats and reordering happen. Throw to have it delivered again. */
  handle(event: CloudEvent, contract: EventContract, delivery: Delivery): Promise<void>;
  /**
   * Whether what the handler needs is there. Asked after a failure: while it is not, no event is handled, so that a
   * long outage uses up no event's tries and makes no dead letters.
   */
  ready?: () => Promise<boolean>;
  /** How long the server waits for a sign of life; a running handler gives one in time. Default 30 s. */
  ackWaitMs?: number;
  /** A handler that takes longer has failed. Default 60 s. */
  handleTimeoutMs?: number;
  /** Tries before the event becomes a dead letter. Default 10. */
  maxDeliver?: number;
  /** Wait before the second, third … try; the last one repeats. Default 250 ms to 30 s. */
  backoffMs?: readonly number[];
  /** Events handled at the same time by this process. Default 16. */
  maxInFlight?: number;
}

/**
 * - `malformed`  not a CloudEvent, or its data does not fit its contract, or it is about another business than its
 *                subject says: no retry can help
 * - `exhausted`  the handler failed at every try
 */
export type DeadLetterReason = 'malformed' | 'exhausted';

export interface WatchOptions {
  /** Called once, when every value there was at the start has been reported; also for an empty bucket. */
  onCaughtUp?: () => void;
}

export interface Bucket<Value> {
  get(key: string): Promise<{ value: Value; revision: number } | undefined>;
  /** As `get`, but knows a key that was deleted from one that never was, for as long as the bucket remembers. */
  find(key: string): Promise<{ value: Value; revision: number } | 'deleted' | undefined>;
  /** Whether the key has not changed since `revision`: an answer without reading the value, which is most of the work. */
  isAt(key: string, revision: number): Promise<boolean>;
  /** @returns the revision, or undefined when the key exists already */
  create(key: string, value: Value): Promise<number | undefined>;
  /** @returns the new revision, or undefined when the key has changed since `revision` */
  update(key: string, value: Value, revision: number): Promise<number | undefined>;
  put(key: string, value: Value): Promise<number>;
  /** @returns false when `revision` was given and the key has changed since */
  delete(key: string, revision?: number): Promise<boolean>;
  /** Keys that match a subject filter such as `<CallSid>.turn.*`. */
  keys(filter: string): Promise<string[]>;
  /**
   * Reports every value there is, then every change. Survives reconnects and server restarts; after one, what was
   * missed is reported, deletions included. A key that disappears by its time to live is not reported.
   */
  watch(onChange: (key: string, value: Value | undefined) => void, options?: WatchOptions): Promise<AsyncDisposable>;
}

/** Everything a service says and hears over NATS. Failures are `WireError`s. */
export interface Messaging extends AsyncDisposable {
  readonly connected: boolean;
  /** For what has no method here. */
  readonly raw: NatsConnection;
  request<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RpcContract<Request, Reply>,
    target: string,
    body: z.input<Request>,
    options?: RequestOptions,
  ): Promise<z.output<Reply>>;
  serve<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RpcContract<Request, Reply>,
    handler: RequestHandler<Request, Reply>,
    options?: { podId?: string },
  ): Promise<void>;
  /** Resolves when the event is stored. Tries until `timeoutMs` (5 s) is over, then fails with `unavailable`. */
  publishEvent<Data extends z.ZodType>(
    contract: EventContract<Data>,
    event: NewEvent<z.input<Data>>,
    options?: { timeoutMs?: number },
  ): Promise<void>;
  /** For an envelope that was made before, as the outbox relay has it. */
  publishStored(event: CloudEvent, subject: string, messageId: string, options?: { timeoutMs?: number }): Promise<void>;
  consume(options: ConsumeOptions): Promise<AsyncDisposable>;
  bucket<Value extends z.ZodType>(contract: BucketContract<Value>): Promise<Bucket<z.output<Value>>>;
  /** Sent once or, while disconnected, not at all. */
  signal<Body extends z.ZodType>(contract: SignalContract<Body>, fromPodId: string, body: z.input<Body>): void;
  onSignal<Body extends z.ZodType>(
    contract: SignalContract<Body>,
    handler: (body: z.output<Body>, fromPodId: string) => void,
  ): AsyncDisposable;
  onStatus(fn: (connected: boolean) => void): Disposable;
  /** Resolves when the connection is closed for good, with the reason unless we closed it: the process must stop. */
  closed(): Promise<Error | undefined>;
  /** Takes no more work, finishes what has begun, sends every reply, closes. Never rejects. */
  drain(timeoutMs?: number): Promise<void>;
}
