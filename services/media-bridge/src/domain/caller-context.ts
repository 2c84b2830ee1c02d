/** What was learnt about caller and business while the telephone still rang. Any of it may be missing. */
import type { listServices } from '@frontdesk/contracts/booking/list-services';
import type { UpcomingAppointment } from '@frontdesk/contracts/booking/list-upcoming';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { z } from 'zod';
import { oneLine } from './callers-words.ts';

export type BookableService = z.infer<typeof listServices.reply>['services'][number];

export interface CallContext {
  caller: RecognisedCaller;
  services: readonly BookableService[];
  soonestSlots: readonly Slot[];
  /** The caller's own next appointments; asked for only when the number is proved. */
  upcoming: readonly UpcomingAppointment[];
}

const FIRST_NAME_CHARS = 40;

/** What a call goes by until it hears otherwise, or when nobody answers. */
export const NOTHING_KNOWN: CallContext = {
  caller: { recall: 'unknown' },
  services: [],
  soonestSlots: [],
  upcoming: [],
};

export function callerIdOf(caller: RecognisedCaller): string | undefined {
  return caller.recall === 'unknown' ? undefined : caller.callerId;
}

export function firstNameOf(caller: RecognisedCaller): string | null {
  if (caller.recall === 'unknown' || caller.firstName === null) return null;
  return oneLine(caller.firstName, FIRST_NAME_CHARS) || null;
}
