/** What travels beside a body: the deadline, the idempotency key, the call, the trace. */
import { HEADER_CALL, HEADER_DEADLINE, HEADER_IDEMPOTENCY_KEY, HEADER_TRACEPARENT } from '@frontdesk/contracts/headers';
import { callSid } from '@frontdesk/contracts/ids';
import { activeCallSid, currentTraceparent, withCall, withTraceparent } from '@frontdesk/observability';
import { headers, type MsgHdrs } from 'nats';
import { z } from 'zod';

const idempotencyKey = z.string().min(1).max(200);

export interface Travelling {
  deadline?: Temporal.Instant;
  idempotencyKey?: string;
  callSid?: string;
  traceparent?: string;
}

/** The active call and trace are added unless others are given. */
export function writeHeaders(values: Travelling): MsgHdrs {
  const written = headers();
  const call = values.callSid ?? activeCallSid();
  const traceparent = values.traceparent ?? currentTraceparent();
  if (values.deadline) written.set(HEADER_DEADLINE, values.deadline.toString());
  if (values.idempotencyKey) written.set(HEADER_IDEMPOTENCY_KEY, idempotencyKey.parse(values.idempotencyKey));
  if (call) written.set(HEADER_CALL, call);
  if (traceparent) written.set(HEADER_TRACEPARENT, traceparent);
  return written;
}

/** Leaves out what is missing or malformed: headers of a newer or foreign peer must not break a request. */
export function readHeaders(read: MsgHdrs | undefined): Travelling {
  const call = callSid.safeParse(read?.get(HEADER_CALL));
  const key = idempotencyKey.safeParse(read?.get(HEADER_IDEMPOTENCY_KEY));
  return {
    deadline: instantOf(read?.get(HEADER_DEADLINE)),
    idempotencyKey: key.success ? key.data : undefined,
    callSid: call.success ? call.data : undefined,
    traceparent: read?.get(HEADER_TRACEPARENT) || undefined,
  };
}

/** Runs a handler inside the trace it was asked from: the call's, and in it the asker's span. */
export function withTravelling<T>({ callSid: call, traceparent }: Travelling, fn: () => T): T {
  const inTrace = () => (traceparent ? withTraceparent(traceparent, fn) : fn());
  return call ? withCall(call, inTrace) : inTrace();
}

function instantOf(text: string | undefined): Temporal.Instant | undefined {
  if (!text) return undefined;
  try {
    return Temporal.Instant.from(text);
  } catch (error) {
    // Temporal reports an unreadable instant only by this exception.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
