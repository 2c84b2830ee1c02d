/**
 * Publishes what services wrote to their outbox: at least once, in order per aggregate, one relay per service however
 * many instances run.
 *
 * - A row is marked only after the publish was acknowledged. A crash in between publishes it again under the same
 *   message id, which JetStream drops.
 * - Within one aggregate a failure stops what comes after it; other aggregates go on.
 * - Loss of PostgreSQL or of NATS is waited out with backoff. Nothing here ever rejects: a service does not stop
 *   because its events are late.
 * - If the connection is lost without notice two relays may publish side by side for a moment. The message ids make
 *   that harmless.
 */
import type { CloudEvent } from '@frontdesk/contracts/event';
import { backoff, withDeadline } from '@frontdesk/lifecycle';
import { createBell } from './bell.ts';
import type { Database } from './database.ts';
import { createOutboxLanes, type OutboxLanes } from './outbox-lanes.ts';
import { type OutboxSession, openOutboxSession, type PendingEvent } from './outbox-session.ts';
import type { PersistenceLog } from './pool.ts';

const BATCH_SIZE = 100;
const PARALLEL_LANES = 8;
const PUBLISH_TIMEOUT_MS = 10_000;
const LEADER_POLL_MS = 500;
/** Held-back events become free when some other transaction ends, of which nobody tells. Doubles up to the usual poll. */
const HELD_BACK_FIRST_POLL_MS = 10;
/** How long a stop waits for what is being published; the rest is left to the next relay. */
const STOP_TIMEOUT_MS = 3_000;
/** Well below the idle_session_timeout with which a relay that fell silent loses its lock. */
const MAX_POLL_MS = 10_000;
const reconnectWait = backoff({ baseMs: 100, maxMs: 5_000 });

export interface OutboxRelayOptions<DB> {
  db: Database<DB>;
  /** Defaults to the database's own. */
  schema?: string;
  /** Resolves when the event is stored. */
  publish: (event: CloudEvent, subject: string, messageId: string) => Promise<void>;
  log: PersistenceLog;
  /** How often to look even when nothing was announced. */
  pollMs?: number;
}

export interface OutboxRelay extends AsyncDisposable {
  /** Look now, and try again what failed before: NATS is back, or an event was just written. */
  nudge(): void;
}

/** Starts at once and returns at once; connects in the background. */
export function startOutboxRelay<DB>(options: OutboxRelayOptions<DB>): OutboxRelay {
  const { db, publish, log, schema = db.schema } = options;
  const pollMs = Math.min(options.pollMs ?? 1_000, MAX_POLL_MS);
  const bell = createBell();
  const lanes = createOutboxLanes();
  let stopping = false;
  const giveUp = new Set<(reason: Error) => void>();

  async function run(): Promise<void> {
    for (let failures = 0; !stopping; failures += 1) {
      try {
        await using session = await openOutboxSession(db, schema, () => bell.ring());
        // Reached the database: the next loss is a new one.
        failures = 0;
        await relay(session);
        if (session.lost) log.warn({ schema, event: 'outbox_connection_lost' }, 'the outbox relay lost its connection');
      } catch (error) {
        log.warn({ err: error, schema, event: 'outbox_interrupted' }, 'the outbox relay was interrupted');
      }
      if (!stopping) await bell.wait(reconnectWait(failures));
    }
  }

  async function relay(session: OutboxSession): Promise<void> {
    let heldBackMs = HELD_BACK_FIRST_POLL_MS;
    while (!stopping && !session.lost) {
      if (!(await session.lead())) {
        await bell.wait(LEADER_POLL_MS);
        continue;
      }
      const batch = await session.pending(BATCH_SIZE, lanes.waiting(performance.now()));
      const published = await publishBatch(batch, lanes, (event) => publishOne(event));
      if (published.length > 0) await session.markPublished(published);
      if (published.length === batch.length && batch.length === BATCH_SIZE) continue;
      heldBackMs = published.length > 0 ? HELD_BACK_FIRST_POLL_MS : Math.min(pollMs, heldBackMs * 2);
      const quietMs = (await session.heldBack()) ? Math.min(pollMs, heldBackMs) : pollMs;
      await bell.wait(Math.min(quietMs, lanes.nextMs(performance.now()) ?? pollMs));
    }
  }

  async function publishOne({ event, subject, messageId }: PendingEvent): Promise<boolean> {
    if (stopping) return false;
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    giveUp.add(reject);
    try {
      const stored = withDeadline('publishing an event', PUBLISH_TIMEOUT_MS, publish(event, subject, messageId));
      await Promise.race([stored, givenUp]);
      return true;
    } catch (error) {
      log.warn({ err: error, schema, messageId, event: 'outbox_publish_failed' }, 'could not publish an event');
      return false;
    } finally {
      giveUp.delete(reject);
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    bell.ring();
    const late = setTimeout(() => {
      for (const reject of giveUp) reject(new Error('the outbox relay is stopping'));
    }, STOP_TIMEOUT_MS);
    try {
      // The extra second is for writing down what was published.
      await withDeadline('stopping the outbox relay', STOP_TIMEOUT_MS + 1_000, running);
    } catch (error) {
      log.warn({ err: error, schema, event: 'outbox_stop_late' }, 'the outbox relay is still waiting for the database');
    }
    clearTimeout(late);
  }

  const running = run();
  let stopped: Promise<void> | undefined;
  return {
    nudge() {
      lanes.retryAll();
      bell.ring();
    },
    [Symbol.asyncDispose]: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/**
 * Publishes each lane in order, several lanes at a time, and returns the ids of what was published. Never rejects.
 * When the first lanes all fail the rest is not tried: nothing can be published now, and each try may take seconds.
 */
export async function publishBatch(
  batch: readonly PendingEvent[],
  lanes: Pick<OutboxLanes, 'failed' | 'succeeded'>,
  publish: (event: PendingEvent) => Promise<boolean>,
): Promise<number[]> {
  const byLane = Map.groupBy(batch, (event) => event.lane);
  const queue = [...byLane];
  const published: number[] = [];
  let failures = 0;
  const hopeless = () => published.length === 0 && failures >= PARALLEL_LANES;

  async function work(): Promise<void> {
    for (let next = queue.shift(); next && !hopeless(); next = queue.shift()) {
      const [lane, events] = next;
      for (const event of events) {
        if (!(await publish(event))) {
          failures += 1;
          lanes.failed(lane, performance.now());
          break;
        }
        lanes.succeeded(lane);
        published.push(event.id);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(PARALLEL_LANES, queue.length) }, work));
  return published;
}
