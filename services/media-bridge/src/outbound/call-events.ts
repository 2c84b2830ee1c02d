/** Publishes the events of one call, each with an id that stays the same however often it is tried. */
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';
import type { CallEvent } from '../events.ts';

/** Leaves room for more events of one owner than any call has, so that a later owner's follow them. */
const EVENTS_PER_EPOCH = 1_000_000;

export interface CallEvents {
  /** @param position of this event among those this owner publishes about the call */
  publish<Data extends z.ZodType>(event: CallEvent<Data>, epoch: number, position: number): Promise<void>;
}

export function createCallEvents(messaging: Messaging, businessId: string, callSid: string): CallEvents {
  return {
    publish: ({ contract, data, time }, epoch, position) =>
      messaging.publishEvent(contract, {
        id: `${callSid}:${epoch}:${position}`,
        businessId,
        subject: callSid,
        sequence: epoch * EVENTS_PER_EPOCH + position,
        time,
        data,
      }),
  };
}
