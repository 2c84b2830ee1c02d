/** Every time a service could begin, date by date: the raw material of an offer. */
import type { Calendar } from './calendar.ts';
import { type BookingRules, blockedRange, MINUTE_MS, type Resource, type Service, type TimeRange } from './catalog.ts';
import type { OfferWindow } from './offer-window.ts';
import { wallClockOf } from './wall-clock.ts';
import { workingPeriodsOn } from './working-time.ts';

/** One start time and everyone who is free for it. */
export interface FreeStart {
  readonly startMs: number;
  readonly resources: readonly Resource[];
}

/** The starts on a period's grid at which an appointment of this length still ends inside the period. */
export function* startsIn(period: TimeRange, durationMinutes: number, granularityMinutes: number): Generator<number> {
  const lastMs = period.toMs - durationMinutes * MINUTE_MS;
  for (let startMs = period.fromMs; startMs <= lastMs; startMs += granularityMinutes * MINUTE_MS) yield startMs;
}

/**
 * The free starts of one date, soonest first. The appointment itself lies within working time; its buffers only keep
 * other appointments away, so the first of a day may begin with the day.
 */
export function freeStartsOn(
  date: Temporal.PlainDate,
  rules: BookingRules,
  service: Service,
  resources: readonly Resource[],
  calendar: Calendar,
  window: OfferWindow,
): FreeStart[] {
  const free = new Map<number, Resource[]>();
  const toMs = wallClockOf(date, rules.timeZone);
  for (const resource of resources) {
    for (const period of workingPeriodsOn(date, rules, resource.weeklyHours, toMs)) {
      for (const startMs of startsIn(period, service.durationMinutes, rules.granularityMinutes)) {
        if (startMs < window.earliestStartMs) continue;
        if (!calendar.isFree(resource.resourceId, blockedRange(service, startMs))) continue;
        const others = free.get(startMs);
        if (others) others.push(resource);
        else free.set(startMs, [resource]);
      }
    }
  }
  return [...free].map(([startMs, found]) => ({ startMs, resources: found })).sort((a, b) => a.startMs - b.startMs);
}

/** All dates on which something can be offered, in order. */
export function* datesOf(window: OfferWindow): Generator<Temporal.PlainDate> {
  let date = window.firstDate;
  while (Temporal.PlainDate.compare(date, window.lastDate) <= 0) {
    yield date;
    date = date.add({ days: 1 });
  }
}

export function resourcesFor(service: Service, resources: readonly Resource[]): Resource[] {
  return resources.filter((resource) => resource.serviceIds.includes(service.serviceId));
}
