/**
 * Storing an event in the stream. A publish made during an outage is lost without a word, so every one waits for the
 * server's word that it is stored, and is repeated under the same message id until then: the stream keeps it once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CloudEvent,
  EVENTS_STREAM,
  type EventContract,
  eventSubject,
  messageIdOf,
  type NewEvent,
  toCloudEvent,
} from '@frontdesk/contracts/event';
import { callSid } from '@frontdesk/contracts/ids';
import { WireError } from '@frontdesk/contracts/wire-error';
import { backoff } from '@frontdesk/lifecycle';
import { currentTraceparent } from '@frontdesk/observability';
import { type JetStreamClient, PubHeaders } from '@nats-io/jetstream';
import type { MsgHdrs } from 'nats';
import { z } from 'zod';
import type { Link } from './connection.ts';
import { isTemporary, toWireError } from './failures.ts';
import { writeHeaders } from './headers.ts';

const DEFAULT_TIMEOUT_MS = 5_000;
/** One try: a stored message is acknowledged within milliseconds, so a silence means that something was lost. */
const TRY_MS = 1_500;
const pauseMs = backoff({ baseMs: 25, maxMs: 500 });

/** @throws WireError `unavailable` when it could not be stored in time; it may still have been */
export async function publishEvent<Data extends z.ZodType>(
  link: Link,
  stream: JetStreamClient,
  service: string,
  contract: EventContract<Data>,
  event: NewEvent<z.input<Data>>,
  timeoutMs?: number,
): Promise<void> {
  const envelope = toCloudEvent(contract, service, event, currentTraceparent());
  await publishStored(
    link,
    stream,
    envelope,
    eventSubject(contract, event.businessId),
    messageIdOf(envelope),
    timeoutMs,
  );
}

export async function publishStored(
  link: Link,
  stream: JetStreamClient,
  event: CloudEvent,
  subject: string,
  messageId: string,
  timeoutMs?: number,
): Promise<void> {
  const headers = writeHeaders({ callSid: callOf(event), traceparent: event.traceparent });
  headers.set(PubHeaders.ExpectedStreamHdr, EVENTS_STREAM);
  await store(link, stream, { subject, messageId, payload: JSON.stringify(event), headers }, timeoutMs);
}

export interface StoredMessage {
  subject: string;
  messageId: string;
  payload: string | Uint8Array;
  headers: MsgHdrs;
}

/** Publishes to whatever stream keeps the subject, again and again until it is acknowledged or time is up. */
export async function store(
  link: Link,
  stream: JetStreamClient,
  message: StoredMessage,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  const what = `storing on ${message.subject}`;
  const endsAt = performance.now() + timeoutMs;
  message.headers.set(PubHeaders.MsgIdHdr, message.messageId);
  let lastError: unknown;
  for (let attempt = 0; ; attempt++) {
    const remainingMs = endsAt - performance.now();
    if (remainingMs <= 0 || !(await link.untilConnected(remainingMs))) {
      throw new WireError('unavailable', `${what} was not possible in time`, { cause: lastError });
    }
    try {
      const timeout = Math.max(50, Math.min(TRY_MS, endsAt - performance.now()));
      const { subject, payload, headers } = message;
      await link.unlessLost(stream.publish(subject, payload, { headers, timeout }));
      return;
    } catch (error) {
      if (!isTemporary(error)) throw toWireError(what, error);
      lastError = error;
      await delay(Math.max(0, Math.min(pauseMs(attempt), endsAt - performance.now())));
    }
  }
}

const ofCall = z.object({ callSid });

/** The call an event belongs to, so that those who handle it join its trace. */
function callOf(event: CloudEvent): string | undefined {
  const subject = callSid.safeParse(event.subject);
  if (subject.success) return subject.data;
  const data = ofCall.safeParse(event.data);
  return data.success ? data.data.callSid : undefined;
}
