/**
 * What becomes of a message that cannot be handled: a copy goes to the stream DEADLETTERS on `deadletters.<durable>`
 * with the reason, and only then is the message given up. Copied at once, because the advisory the server could send
 * instead carries a sequence number, not the message.
 */
import { type JetStreamClient, type JsMsg, PubHeaders } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from 'nats';
import type { Link } from './connection.ts';
import { store } from './publish.ts';
import { deadLetterSubject } from './subjects.ts';
import type { DeadLetterReason } from './types.ts';

export const HEADER_REASON = 'Frontdesk-Dead-Letter-Reason';
/** What went wrong in words, without personal data: the kind of error, or the names of the fields that did not fit. */
export const HEADER_DETAIL = 'Frontdesk-Dead-Letter-Detail';
export const HEADER_ORIGINAL_SUBJECT = 'Frontdesk-Original-Subject';
export const HEADER_ORIGINAL_SEQUENCE = 'Frontdesk-Original-Sequence';
export const HEADER_DELIVERIES = 'Frontdesk-Deliveries';

export interface DeadLetter {
  durable: string;
  reason: DeadLetterReason;
  detail: string;
}

/** @throws WireError when the copy could not be stored: the message must then be tried again, not given up */
export async function copyToDeadLetters(
  link: Link,
  stream: JetStreamClient,
  message: JsMsg,
  { durable, reason, detail }: DeadLetter,
): Promise<void> {
  const kept = originalHeaders(message.headers);
  kept.set(HEADER_REASON, reason);
  kept.set(HEADER_DETAIL, detail.replace(/[\r\n]+/g, ' ').slice(0, 500));
  kept.set(HEADER_ORIGINAL_SUBJECT, message.subject);
  kept.set(HEADER_ORIGINAL_SEQUENCE, String(message.info.streamSequence));
  kept.set(HEADER_DELIVERIES, String(message.info.deliveryCount));
  await store(link, stream, {
    subject: deadLetterSubject(durable),
    messageId: `${durable}:${message.info.streamSequence}`,
    payload: message.data,
    headers: kept,
  });
}

/** All but what the server would act upon: a stream name to expect, or the id under which it was stored before. */
function originalHeaders(original: MsgHdrs | undefined): MsgHdrs {
  const kept = headers();
  const instructions: string[] = [PubHeaders.MsgIdHdr, PubHeaders.ExpectedStreamHdr];
  for (const key of original?.keys() ?? []) {
    if (instructions.includes(key)) kept.set(`Original-${key}`, original?.get(key) ?? '');
    else if (!key.startsWith('Nats-')) for (const value of original?.values(key) ?? []) kept.append(key, value);
  }
  return kept;
}
