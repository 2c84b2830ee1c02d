/** Hears the events of one business as they are published. */
import { businessEventsSubject, type CloudEvent, cloudEvent } from '@frontdesk/contracts/event';
import type { Messaging } from '@frontdesk/messaging';
import { vi } from 'vitest';

export interface EventLog {
  readonly events: CloudEvent[];
  /** `started`, `turn`, `ended` … in the order they came. */
  types(): string[];
  waitFor(type: string): Promise<CloudEvent>;
}

export async function hearEvents(admin: Messaging, businessId: string): Promise<EventLog> {
  const events: CloudEvent[] = [];
  const name = (event: CloudEvent) => event.type.replace(/^frontdesk\.call\.|\.v1$/g, '');
  admin.raw.subscribe(businessEventsSubject(businessId), {
    callback(_, message) {
      const event = cloudEvent.parse(message.json());
      // As the stream keeps them: an event published again under its id is the same one.
      if (!events.some(({ id }) => id === event.id)) events.push(event);
    },
  });
  // The subscription is at the server before anything can happen.
  await admin.raw.flush();
  return {
    events,
    types: () => events.map(name),
    waitFor: (type) => vi.waitUntil(() => events.find((event) => name(event) === type), { timeout: 10_000 }),
  };
}
