import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { isOpen } from './opening-hours.ts';

/** What a conversation must be told when it changes: the date, the zone's offset, whether the business is open. */
export function dayState({ openingHours, timeZone }: SessionProfile, now: Temporal.Instant): string {
  const local = now.toZonedDateTimeISO(timeZone);
  return [local.toPlainDate(), local.offset, isOpen(openingHours, now, timeZone)].join(' ');
}
