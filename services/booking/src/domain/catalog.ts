/** What a business takes appointments for, with whom, and under which rules: the input of every decision here. */

export interface BookingRules {
  readonly timeZone: string;
  readonly minNoticeMinutes: number;
  readonly horizonDays: number;
  readonly granularityMinutes: number;
  /** Dates in the business's zone on which nobody works, `YYYY-MM-DD`. */
  readonly closedDates: ReadonlySet<string>;
}

export interface Service {
  readonly serviceId: string;
  readonly name: string;
  readonly description: string;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly priceText: string | null;
}

/** A working period of every such weekday (1 is Monday), on the wall clock of the business, `HH:MM`. */
export interface WeeklyPeriod {
  readonly weekday: number;
  readonly from: string;
  readonly to: string;
}

export interface Resource {
  readonly resourceId: string;
  readonly name: string;
  readonly serviceIds: readonly string[];
  readonly weeklyHours: readonly WeeklyPeriod[];
}

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
}

export const MINUTE_MS = 60_000;

/** What an appointment blocks of its resource's time: itself with the buffers on both sides. */
export function blockedRange(service: Service, startMs: number): TimeRange {
  return {
    fromMs: startMs - service.bufferBeforeMinutes * MINUTE_MS,
    toMs: startMs + (service.durationMinutes + service.bufferAfterMinutes) * MINUTE_MS,
  };
}
