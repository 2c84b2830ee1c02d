/**
 * Watching a bucket through an ordered push consumer, which lives in the server's memory and dies with it.
 *
 * The key-value client's own watch re-creates it when heartbeats are missing, up to a minute after a restart; and it
 * tells nobody that an empty bucket has been read completely. A gateway must know at once: so the watch here is begun
 * again after every reconnect, reports what changed meanwhile (keys that are gone, too), and knows from the consumer how
 * many values there are.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { BucketContract } from '@frontdesk/contracts/bucket';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { backoff, withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import { DeliverPolicy, type JetStreamClient, type JsMsg } from '@nats-io/jetstream';
import type { z } from 'zod';
import type { Link } from './connection.ts';
import type { WatchOptions } from './types.ts';

const OPERATION_HEADER = 'KV-Operation';
const FIRST_READ_MS = 10_000;
const retryPauseMs = backoff({ baseMs: 100, maxMs: 5_000 });

export interface WatchBucketOptions<Value extends z.ZodType> extends WatchOptions {
  link: Link;
  stream: JetStreamClient;
  log: Logger;
  contract: BucketContract<Value>;
  onChange: (key: string, value: z.output<Value> | undefined) => void;
}

interface Round {
  /** Resolves when everything there was at its start has been reported. */
  caughtUp: Promise<void>;
  /** Resolves when it can report no more. */
  over: Promise<void>;
  stop(): void;
}

/** @throws Error when the first read does not succeed: no such bucket, no permission, no server */
export async function watchBucket<Value extends z.ZodType>(
  options: WatchBucketOptions<Value>,
): Promise<AsyncDisposable> {
  const { link, log, contract } = options;
  /** Revision of every key that was reported and not deleted: what a new round is compared with. */
  const known = new Map<string, number>();
  let stopped = false;
  let round = await begin();
  options.onCaughtUp?.();

  async function begin(): Promise<Round> {
    const seen = new Set<string>();
    const started = await startRound(options, seen, (key, revision, value) => {
      if ((known.get(key) ?? 0) >= revision) return;
      if (value === undefined) known.delete(key);
      else known.set(key, revision);
      options.onChange(key, value);
    });
    try {
      await withDeadline('reading a bucket', FIRST_READ_MS, link.unlessLost(started.caughtUp));
    } catch (error) {
      started.stop();
      throw error;
    }
    for (const key of [...known.keys()]) {
      if (seen.has(key)) continue;
      known.delete(key);
      options.onChange(key, undefined);
    }
    return started;
  }

  async function keepUp(): Promise<void> {
    for (let failures = 0; !stopped && !link.nc.isClosed(); ) {
      await round.over;
      if (stopped || !(await link.untilConnected(FIRST_READ_MS))) continue;
      try {
        round = await begin();
        failures = 0;
        if (stopped) round.stop();
      } catch (error) {
        log.warn({ err: error, bucket: contract.bucket, failures }, 'watching a bucket failed');
        await delay(retryPauseMs(failures++));
      }
    }
  }

  // The server that comes back has forgotten the consumer.
  const status = link.onStatus((connected) => {
    if (!connected) round.stop();
  });
  const watching = keepUp();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      status[Symbol.dispose]();
      round.stop();
      await withDeadline('stopping a watch', FIRST_READ_MS, watching).catch((error: unknown) => {
        log.warn({ err: error, bucket: contract.bucket }, 'a watch did not stop in time');
      });
    },
  };
}

/** @param seen gets every key there is, also those whose value cannot be read: they are not gone */
async function startRound<Value extends z.ZodType>(
  { stream, log, contract }: WatchBucketOptions<Value>,
  seen: Set<string>,
  report: (key: string, revision: number, value: z.output<Value> | undefined) => void,
): Promise<Round> {
  const prefix = `$KV.${contract.bucket}.`;
  const consumer = await stream.consumers.getPushConsumer(`KV_${contract.bucket}`, {
    filter_subjects: `${prefix}>`,
    deliver_policy: DeliverPolicy.LastPerSubject,
  });
  let missing = (await consumer.info(true)).num_pending;
  const caughtUp = Promise.withResolvers<void>();
  if (missing === 0) caughtUp.resolve();

  function take(message: JsMsg): void {
    const key = message.subject.slice(prefix.length);
    seen.add(key);
    const deleted = (message.headers?.get(OPERATION_HEADER) ?? '') !== '';
    const value = deleted ? undefined : contract.value.safeParse(parseJson(message.string()));
    if (value?.success === false) {
      // Of a release that is newer than it may be, or of no release: the last good value stands.
      log.error({ bucket: contract.bucket }, 'a value of a watched bucket does not fit its contract');
    } else {
      report(key, message.seq, value?.data);
    }
    missing -= 1;
    if (missing <= 0 || message.info.pending === 0) caughtUp.resolve();
  }

  const messages = await consumer.consume({ callback: take });
  const over = messages.closed().then(() => undefined);
  return {
    caughtUp: caughtUp.promise,
    over,
    stop: () => void messages.close(),
  };
}
