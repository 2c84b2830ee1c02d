/** One event, from the message to its acknowledgement. */
import { withDeadline } from '@frontdesk/lifecycle';
import { withSpan } from '@frontdesk/observability';
import type { JsMsg } from '@nats-io/jetstream';
import type { ConsumeContext } from './consume.ts';
import { copyToDeadLetters } from './dead-letters.ts';
import { type ReadEvent, readEvent } from './envelope.ts';
import { readHeaders, withTravelling } from './headers.ts';
import type { ConsumeOptions, DeadLetterReason } from './types.ts';

const DEFAULT_BACKOFF_MS = [250, 1_000, 2_000, 5_000, 10_000, 30_000];

export type DeliveryOutcome = 'ok' | 'skipped' | 'retry' | 'dead_letter';

/** @returns a function that handles one message and never rejects; undefined when it failed to do either */
export function createDelivery(
  context: ConsumeContext,
  options: ConsumeOptions,
): (message: JsMsg) => Promise<DeliveryOutcome | undefined> {
  const { log, hooks } = context;
  const { durable } = options;
  const maxDeliver = options.maxDeliver ?? 10;
  const ackWaitMs = options.ackWaitMs ?? 30_000;
  const waits = options.backoffMs ?? DEFAULT_BACKOFF_MS;

  async function handle(read: ReadEvent & { kind: 'event' }, message: JsMsg): Promise<void> {
    const working = setInterval(() => message.working(), ackWaitMs / 3);
    const attempt = message.info.deliveryCount;
    try {
      await withDeadline(`handling ${read.event.type}`, options.handleTimeoutMs ?? 60_000, (signal) =>
        withSpan(`${context.service} on ${read.event.type}`, { 'event.id': read.event.id }, () =>
          options.handle(read.event, read.contract, { redelivered: message.redelivered, attempt, signal }),
        ),
      );
    } finally {
      clearInterval(working);
    }
  }

  async function bury(message: JsMsg, reason: DeadLetterReason, detail: string): Promise<void> {
    try {
      await copyToDeadLetters(context.link, context.stream, message, { durable, reason, detail });
    } catch (error) {
      log.error({ err: error, durable }, 'a dead letter could not be stored; the event is kept');
      message.nak(waits.at(-1) ?? 1_000);
      return;
    }
    message.term();
    log.error({ durable, reason, detail, sequence: message.info.streamSequence }, 'an event became a dead letter');
    hooks.deadLettered?.(durable, reason);
  }

  async function deliver(message: JsMsg): Promise<DeliveryOutcome> {
    const read = readEvent(options.contracts, message);
    const attempt = message.info.deliveryCount;
    if (read.kind === 'other') {
      message.ack();
      return 'skipped';
    }
    if (read.kind === 'malformed') {
      await bury(message, 'malformed', read.detail);
      return 'dead_letter';
    }
    // A handler that takes the process down with it never gets to throw.
    if (attempt > maxDeliver) {
      await bury(message, 'exhausted', 'no try of the handler ended');
      return 'dead_letter';
    }
    try {
      await handle(read, message);
    } catch (error) {
      log.warn({ err: error, durable, type: read.event.type, attempt }, 'handling an event failed');
      if (attempt >= maxDeliver) {
        await bury(message, 'exhausted', error instanceof Error ? error.name : 'unknown error');
        return 'dead_letter';
      }
      message.nak(waits[Math.min(attempt, waits.length) - 1] ?? 1_000);
      return 'retry';
    }
    const acknowledged = await message.ackAck({ timeout: 2_000 }).catch(() => false);
    if (!acknowledged)
      log.warn({ durable, type: read.event.type }, 'an acknowledgement was lost; the event comes again');
    return 'ok';
  }

  return async (message) => {
    const startedAt = performance.now();
    try {
      const outcome = await withTravelling(readHeaders(message.headers), () => deliver(message));
      hooks.consumed?.(durable, outcome, performance.now() - startedAt);
      return outcome;
    } catch (error) {
      // Left unacknowledged, it comes again after ackWaitMs.
      log.error({ err: error, durable }, 'an event was neither handled nor given up');
      return undefined;
    }
  };
}
