/** Publishes the events of one call, each with an id that stays the same however often it is tried. */
import type { EventPlace } from '@frontdesk/contracts/events/call-event-id';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';
import type { CallEvent } from '../events.ts';

export interface CallEvents {
  publish<Data extends z.ZodType>(event: CallEvent<Data>, place: EventPlace): Promise<void>;
}

export function createCallEvents(messaging: Messaging, businessId: string, callSid: string): CallEvents {
  return {
    publish: ({ contract, data, time }, { id, sequence }) =>
      messaging.publishEvent(contract, {
        id,
        businessId,
        subject: callSid,
        sequence,
        time,
        data,
      }),
  };
}
