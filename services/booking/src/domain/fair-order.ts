/**
 * Who comes first among those who could take an appointment. Expertise before fairness: whoever is said to speak the
 * language asked for goes before those of whom nothing is said. Then the business's rule: whoever has least booked on
 * that date, or whose turn it is (given one least recently). Then whoever appears least in this answer, then whoever was
 * added first. No randomness, so the same question has the same answer.
 */
import type { Calendar } from './calendar.ts';
import type { BookingRules, Resource, TimeRange } from './catalog.ts';
import { isSaidToSpeak } from './performers.ts';

export interface FairnessQuestion {
  readonly rules: Pick<BookingRules, 'assignment'>;
  readonly calendar: Calendar;
  /** The date of the appointment. */
  readonly day: TimeRange;
  readonly language?: string | undefined;
  /** How often each was offered in this answer already. */
  readonly timesOffered?: ReadonlyMap<string, number>;
}

export function inFairOrder(resources: readonly Resource[], question: FairnessQuestion): Resource[] {
  const { rules, calendar, day, language, timesOffered } = question;
  return resources
    .map((resource) => ({
      resource,
      speaks: language !== undefined && isSaidToSpeak(resource, language) ? 0 : 1,
      load:
        rules.assignment === 'round_robin' ? (resource.lastGivenMs ?? 0) : calendar.busyMs(resource.resourceId, day),
      offered: timesOffered?.get(resource.resourceId) ?? 0,
    }))
    .sort((one, other) => one.speaks - other.speaks || one.load - other.load || one.offered - other.offered)
    .map(({ resource }) => resource);
}
