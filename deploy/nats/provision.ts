/**
 * Creates what the services expect to find in JetStream: the streams EVENTS and DEADLETTERS and the key-value buckets
 * of the contracts. Run with the administrator's credentials; repeatable, and brings existing ones to today's settings.
 */
import type { BucketContract } from '@frontdesk/contracts/bucket';
import { EVENTS_STREAM, EVENTS_SUBJECTS } from '@frontdesk/contracts/event';
import { allBuckets } from '@frontdesk/contracts/registry';
import { DEADLETTERS_STREAM, DEADLETTERS_SUBJECTS } from '@frontdesk/messaging';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from 'nats';

const DAY_MS = 86_400_000;

/** The outbox may publish the same event again for this long without its being stored twice. */
export const DUPLICATE_WINDOW_MS = 600_000;

export interface ProvisionOptions {
  /** Copies of everything; 3 in a cluster. */
  replicas?: number;
  /** How long events are kept for businesses that read from the start; 0 is for ever. */
  eventsMaxAgeMs?: number;
}

type Wanted = Partial<StreamConfig> & { name: string; subjects: string[] };

export async function provision(connection: NatsConnection, options: ProvisionOptions = {}): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: 10_000 });
  for (const wanted of wantedStreams(options)) await createOrUpdate(manager, wanted);
}

/** Every stream as it must be, the ones behind the buckets included. */
export function wantedStreams({ replicas = 1, eventsMaxAgeMs = 365 * DAY_MS }: ProvisionOptions = {}): Wanted[] {
  const common = {
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    num_replicas: replicas,
  };
  return [
    {
      ...common,
      name: EVENTS_STREAM,
      subjects: [EVENTS_SUBJECTS],
      max_age: nanos(eventsMaxAgeMs),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      // Events can be rebuilt from the outboxes, but not by a stray API call: nobody deletes or purges them.
      deny_delete: true,
      discard: DiscardPolicy.Old,
    },
    {
      ...common,
      name: DEADLETTERS_STREAM,
      subjects: [DEADLETTERS_SUBJECTS],
      max_age: nanos(90 * DAY_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      discard: DiscardPolicy.Old,
    },
    ...allBuckets.map((contract) => ({ ...common, ...bucketStream(contract) })),
  ];
}

/** The stream behind a bucket, as the key-value client of any language expects it. */
function bucketStream({ bucket, ttlMs }: BucketContract): Wanted {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    max_msgs_per_subject: 1,
    max_age: nanos(ttlMs),
    // A window longer than max_age is refused.
    duplicate_window: nanos(ttlMs > 0 ? Math.min(ttlMs, 120_000) : 120_000),
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
  };
}

async function createOrUpdate(manager: JetStreamManager, wanted: Wanted): Promise<void> {
  try {
    await manager.streams.info(wanted.name);
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
    await manager.streams.add(wanted);
    return;
  }
  await manager.streams.update(wanted.name, wanted);
}

export function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}
