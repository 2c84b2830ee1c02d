/** What the business thinks of changes shortly before an appointment. */
import type { ChangedBy } from './appointment.ts';
import type { BookingRules } from './catalog.ts';

type LateRules = Pick<BookingRules, 'changeNoticeMinutes' | 'lateChanges' | 'lateChangeNote'>;

export interface LateChange {
  readonly late: boolean;
  /** What the business wants said about it. */
  readonly note: string | null;
  /** Why a caller may not, to be said aloud; undefined when they may. */
  readonly refusal: string | undefined;
}

/** @param startsAt of the appointment as it stands before the change */
export function judgeLateness(
  rules: LateRules,
  startsAt: Temporal.Instant,
  by: ChangedBy,
  now: Temporal.Instant,
): LateChange {
  const late = Temporal.Instant.compare(now, startsAt.subtract({ minutes: rules.changeNoticeMinutes })) > 0;
  if (!late) return { late, note: null, refusal: undefined };
  const note = rules.lateChangeNote;
  // The rule is for customers: the business itself may do what it refuses them.
  if (by === 'business' || rules.lateChanges === 'allowed') return { late, note, refusal: undefined };
  const refusal = 'it is too late to change this appointment by telephone';
  return { late, note, refusal: note ? `${refusal}: ${note}` : refusal };
}
