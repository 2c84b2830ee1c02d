/** What was learnt about caller and business while the telephone still rang. Any of it may be missing. */
import type { listServices } from '@frontdesk/contracts/booking/list-services';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { z } from 'zod';

export type BookableService = z.infer<typeof listServices.reply>['services'][number];

export interface CallContext {
  caller: RecognisedCaller;
  services: readonly BookableService[];
  soonestSlots: readonly Slot[];
}

/** What a call goes by until it hears otherwise, or when nobody answers. */
export const NOTHING_KNOWN: CallContext = { caller: { recall: 'unknown' }, services: [], soonestSlots: [] };

export function callerIdOf(caller: RecognisedCaller): string | undefined {
  return caller.recall === 'unknown' ? undefined : caller.callerId;
}

export function firstNameOf(caller: RecognisedCaller): string | null {
  return caller.recall === 'unknown' ? null : caller.firstName;
}
