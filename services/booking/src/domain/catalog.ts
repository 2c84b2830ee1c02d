/** What a business takes appointments for, with whom, and under which rules: the input of every decision here. */
import type { ResourceKind } from '@frontdesk/contracts/booking/put-resource';

export interface BookingRules {
  readonly timeZone: string;
  readonly minNoticeMinutes: number;
  readonly horizonDays: number;
  readonly granularityMinutes: number;
  /** Dates in the business's zone on which nobody works, `YYYY-MM-DD`. */
  readonly closedDates: ReadonlySet<string>;
  /** So many appointments start on one date at most. Null: as many as fit. */
  readonly maxPerDay: number | null;
  readonly assignment: 'least_busy' | 'round_robin';
  readonly changeNoticeMinutes: number;
  readonly lateChanges: 'allowed' | 'refused';
  readonly lateChangeNote: string | null;
}

export interface Service {
  readonly serviceId: string;
  readonly name: string;
  readonly description: string;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly priceText: string | null;
  /** Whoever performs it has all of them. */
  readonly skills: readonly string[];
  /** One free resource of each kind beside whoever performs it. */
  readonly alsoNeeds: readonly ResourceKind[];
  readonly place: 'on_site' | 'online';
}

/** A working period on the wall clock of the business, `HH:MM`; `24:00` is the end of the date. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A working period of every such weekday; 1 is Monday. */
export interface WeeklyPeriod extends Period {
  readonly weekday: number;
}

/** Dates (`YYYY-MM-DD`, both included) on which other hours hold than the weekly ones, or none. */
export interface HoursException {
  readonly from: string;
  readonly until: string;
  readonly hours: readonly Period[];
}

/** Somebody or something that is booked. */
export interface Resource {
  readonly resourceId: string;
  readonly name: string;
  readonly kind: ResourceKind;
  readonly serviceIds: readonly string[];
  readonly skills: readonly string[];
  /** Empty: not said, so everybody's. */
  readonly languages: readonly string[];
  readonly weeklyHours: readonly WeeklyPeriod[];
  readonly exceptions: readonly HoursException[];
  readonly maxPerDay: number | null;
  /** When this one was last given an appointment; null when never, or when nobody asks (`least_busy`). */
  readonly lastGivenMs: number | null;
}

/** Nothing in it is retired. */
export interface Catalog {
  readonly rules: BookingRules;
  /** In the order they were added: the first is the business's first. */
  readonly services: readonly Service[];
  readonly resources: readonly Resource[];
}

/** A half-open range of epoch milliseconds: `from` belongs to it, `to` does not. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A time a resource cannot be booked, buffers included. */
export interface BusyRange extends TimeRange {
  readonly resourceId: string;
  /** Left out where nobody counts the appointments of everybody together. */
  readonly appointmentId?: string | undefined;
  /** When the appointment itself begins: it counts for that date. */
  readonly startMs: number;
}

export const MINUTE_MS = 60_000;

/** What an appointment blocks of everybody's time it takes: itself with the buffers on both sides. */
export function blockedRange(service: Service, startMs: number): TimeRange {
  return {
    fromMs: startMs - service.bufferBeforeMinutes * MINUTE_MS,
    toMs: startMs + (service.durationMinutes + service.bufferAfterMinutes) * MINUTE_MS,
  };
}
