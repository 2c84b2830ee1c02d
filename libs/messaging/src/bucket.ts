/** A key-value bucket whose values are checked by their contract, both ways. */
import type { BucketContract } from '@frontdesk/contracts/bucket';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { invalidFrom, WireError } from '@frontdesk/contracts/wire-error';
import { withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { JetStreamClient } from '@nats-io/jetstream';
import { type KvEntry, Kvm } from '@nats-io/kv';
import type { z } from 'zod';
import { watchBucket } from './bucket-watch.ts';
import type { Link } from './connection.ts';
import { isLostRace, toWireError } from './failures.ts';
import type { Bucket } from './types.ts';

/** Buckets are on the path of a ringing call. */
const OPERATION_MS = 2_000;

export interface BucketOptions {
  link: Link;
  /** Its timeout bounds every operation. */
  stream: JetStreamClient;
  log: Logger;
}

export async function openBucket<Value extends z.ZodType>(
  options: BucketOptions,
  contract: BucketContract<Value>,
): Promise<Bucket<z.output<Value>>> {
  const { link, log } = options;
  const what = `the bucket ${contract.bucket}`;
  // Binds without asking the server; reads go through the stream's leader, so that a write is seen by the next read.
  const kv = await new Kvm(options.stream).open(contract.bucket);

  async function operate<T>(work: () => Promise<T>): Promise<T> {
    if (!link.connected) throw new WireError('unavailable', `${what} cannot be reached now`);
    try {
      return await withDeadline(what, OPERATION_MS, link.unlessLost(work()));
    } catch (error) {
      const failure = toWireError(what, error);
      // A bucket's reader wants to know that there is no answer, whether it was asked in vain or not at all.
      throw failure.code === 'deadline' ? new WireError('unavailable', failure.message, { cause: error }) : failure;
    }
  }

  async function raced(work: () => Promise<number>): Promise<number | undefined> {
    return operate(() =>
      work().catch((error: unknown) => {
        if (isLostRace(error)) return undefined;
        throw error;
      }),
    );
  }

  const text = (value: z.output<Value>) => JSON.stringify(parseValue(what, contract.value, value));

  async function find(key: string) {
    const entry = await operate(() => kv.get(key));
    if (!entry) return undefined;
    if (isDeletion(entry)) return 'deleted' as const;
    return { value: parseValue(what, contract.value, parseJson(entry.string())), revision: entry.revision };
  }

  return {
    find,
    async get(key) {
      const found = await find(key);
      return found === 'deleted' ? undefined : found;
    },
    async isAt(key, revision) {
      return (await operate(() => kv.get(key)))?.revision === revision;
    },
    async create(key, value) {
      const payload = text(value);
      return raced(() => kv.create(key, payload));
    },
    async update(key, value, revision) {
      const payload = text(value);
      return raced(() => kv.update(key, payload, revision));
    },
    async put(key, value) {
      const payload = text(value);
      return operate(() => kv.put(key, payload));
    },
    async delete(key, revision) {
      const previousSeq = revision === undefined ? {} : { previousSeq: revision };
      return (await raced(() => kv.delete(key, previousSeq).then(() => 1))) !== undefined;
    },
    async keys(filter) {
      return operate(async () => Array.fromAsync(await kv.keys(filter)));
    },
    watch(onChange, watchOptions = {}) {
      return watchBucket({ link, stream: options.stream, log, contract, onChange, ...watchOptions });
    },
  };
}

function isDeletion(entry: KvEntry): boolean {
  return entry.operation !== 'PUT';
}

function parseValue<Value extends z.ZodType>(what: string, schema: Value, value: unknown): z.output<Value> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidFrom(`a value of ${what}`, parsed.error);
}
