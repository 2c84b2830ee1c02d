/** Reading an event out of a message, with everything checked that its sender could have got wrong. */
import { type CloudEvent, cloudEvent, type EventContract, eventType } from '@frontdesk/contracts/event';
import { parseJson } from '@frontdesk/contracts/parse-json';
import type { z } from 'zod';

export type ReadEvent =
  | { kind: 'event'; event: CloudEvent; contract: EventContract }
  /** A well-formed event of a type this consumer did not ask for: its filter is wider than its contracts. */
  | { kind: 'other' }
  | { kind: 'malformed'; detail: string };

export function readEvent(
  contracts: readonly EventContract[],
  message: { subject: string; string(): string },
): ReadEvent {
  const envelope = cloudEvent.safeParse(parseJson(message.string()));
  if (!envelope.success) return { kind: 'malformed', detail: `envelope: ${fieldsOf(envelope.error)}` };
  const contract = contracts.find((candidate) => eventType(candidate) === envelope.data.type);
  if (!contract) return { kind: 'other' };
  if (message.subject.split('.')[1] !== envelope.data.businessid) {
    return { kind: 'malformed', detail: 'the envelope names another business than the subject' };
  }
  const data = contract.data.safeParse(envelope.data.data);
  if (!data.success) return { kind: 'malformed', detail: `data: ${fieldsOf(data.error)}` };
  return { kind: 'event', event: { ...envelope.data, data: data.data }, contract };
}

/**
 * The one subject filter that covers all contracts: nats-server 2.9 allows a consumer no more than one, and one consumer
 * keeps the order of the events of a call. What it lets through besides is acknowledged unread.
 */
export function filterFor(contracts: readonly EventContract[]): string {
  const [first, ...others] = contracts;
  if (!first) throw new Error('a consumer needs at least one event');
  if (others.some((contract) => contract.entity !== first.entity)) return 'events.*.>';
  if (others.some((contract) => contract.what !== first.what)) return `events.*.${first.entity}.>`;
  return `events.*.${first.entity}.${first.what}`;
}

/** Names and complaints, never values: this goes into logs and headers. */
function fieldsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || '(body)'} ${issue.code}`).join(', ');
}
