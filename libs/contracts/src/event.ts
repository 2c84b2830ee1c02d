/**
 * Business events: CloudEvents 1.0, structured JSON, on `events.<businessId>.<entity>.<what>`, kept in the JetStream
 * stream EVENTS. A business reads its own subject with its own credentials, live and from the start.
 *
 * - `id` is unique within a business. `Nats-Msg-Id` is `<businessId>:<id>`, because JetStream dedupes over the whole
 *   stream, whatever the subject.
 * - `sequence` orders the events of one `subject` (one call, one appointment). Consumers tolerate repeats and
 *   reordering.
 * - Fields are added, never changed; a change of meaning is a new type with a higher version.
 */
import { z } from 'zod';
import { businessId, instant, NO_BUSINESS } from './ids.ts';

export const EVENTS_STREAM = 'EVENTS';
export const EVENTS_SUBJECTS = 'events.*.>';

export interface EventContract<Data extends z.ZodType = z.ZodType> {
  readonly entity: string;
  readonly what: string;
  readonly version: number;
  readonly data: Data;
}

const token = /^[a-z][a-z0-9_]*$/;

export function defineEvent<Data extends z.ZodType>(contract: EventContract<Data>): EventContract<Data> {
  if (!token.test(contract.entity) || !token.test(contract.what)) {
    throw new Error(`not a legal event name: ${contract.entity}.${contract.what}`);
  }
  return Object.freeze(contract);
}

/** `frontdesk.call.started.v1` */
export function eventType(contract: EventContract): string {
  return `frontdesk.${contract.entity}.${contract.what}.v${contract.version}`;
}

/** The subject one event of this business is published on. `_` is the operator's own. */
export function eventSubject(contract: EventContract, business: string): string {
  return `events.${eventOwner.parse(business)}.${contract.entity}.${contract.what}`;
}

/** What a consumer of this event, over all businesses, filters on. */
export function eventFilter(contract: EventContract): string {
  return `events.*.${contract.entity}.${contract.what}`;
}

/** All events of one business: what its credentials may read. */
export function businessEventsSubject(business: string): string {
  return `events.${businessId.parse(business)}.>`;
}

/** The durable consumer through which a business reads its events from the start. */
export function businessConsumerName(business: string): string {
  return `biz_${businessId.parse(business)}`;
}

const eventOwner = z.union([businessId, z.literal(NO_BUSINESS)]);

export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  /** `/services/<name>` */
  source: z.string(),
  type: z.string(),
  /** What it is about: the CallSid, the appointment id … */
  subject: z.string(),
  time: instant,
  datacontenttype: z.literal('application/json'),
  /** Extension attribute: the tenant, or `_`. */
  businessid: eventOwner,
  /** Extension attribute: position among the events of the same subject from the same source. */
  sequence: z.string(),
  traceparent: z.string().optional(),
  data: z.unknown(),
});
export type CloudEvent<Data = unknown> = Omit<z.infer<typeof cloudEvent>, 'data'> & { data: Data };

/** What a service says when something happened; the envelope is made from it. */
export interface NewEvent<Data = unknown> {
  /** Unique within the business and the same on every retry, such as `<call>:<epoch>:<seq>`. */
  id: string;
  businessId: string;
  subject: string;
  sequence: number;
  time: Temporal.Instant;
  data: Data;
}

/** Wraps data in its envelope. Throws when the data does not fit the contract: that is a bug of the publisher. */
export function toCloudEvent<Data extends z.ZodType>(
  contract: EventContract<Data>,
  source: string,
  event: NewEvent<z.input<Data>>,
  traceparent?: string,
): CloudEvent<z.output<Data>> {
  return {
    specversion: '1.0',
    id: event.id,
    source: `/services/${source}`,
    type: eventType(contract),
    subject: event.subject,
    time: event.time.toString(),
    datacontenttype: 'application/json',
    businessid: eventOwner.parse(event.businessId),
    sequence: String(event.sequence).padStart(12, '0'),
    ...(traceparent ? { traceparent } : {}),
    data: contract.data.parse(event.data),
  };
}

export function messageIdOf(event: Pick<CloudEvent, 'businessid' | 'id'>): string {
  return `${event.businessid}:${event.id}`;
}
