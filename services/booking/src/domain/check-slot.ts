/** Whether a slot somebody wants to book is one that could have been offered. Asked again inside the booking transaction. */
import { type Catalog, MINUTE_MS, type Resource, type Service } from './catalog.ts';
import { bookingWindow } from './offer-window.ts';
import { dateOf, wallClockOf } from './wall-clock.ts';
import { workingPeriodsOn } from './working-time.ts';

export interface WantedSlot {
  readonly serviceId: string;
  readonly resourceId: string;
  readonly startMs: number;
}

export type SlotCheck =
  | { readonly ok: true; readonly service: Service; readonly resource: Resource }
  /** Said to whoever asked, so it names neither internals nor anybody's data. */
  | { readonly ok: false; readonly reason: string };

/** Everything but whether it is still free: that only the exclusion constraint can answer. */
export function checkSlot(catalog: Catalog, wanted: WantedSlot, now: Temporal.Instant): SlotCheck {
  const { rules } = catalog;
  const service = catalog.services.find(({ serviceId }) => serviceId === wanted.serviceId);
  if (!service) return refused('there is no such service');
  const resource = catalog.resources.find(({ resourceId }) => resourceId === wanted.resourceId);
  if (!resource?.serviceIds.includes(service.serviceId)) return refused('nobody like that offers this service');

  if (wanted.startMs < now.epochMilliseconds) return refused('that time is in the past');
  const window = bookingWindow(rules, now);
  if (wanted.startMs < window.earliestStartMs) return refused('that time is too soon');
  const date = dateOf(wanted.startMs, rules.timeZone);
  if (Temporal.PlainDate.compare(date, window.lastDate) > 0) return refused('that time is too far ahead');

  const endMs = wanted.startMs + service.durationMinutes * MINUTE_MS;
  const period = workingPeriodsOn(date, rules, resource.weeklyHours, wallClockOf(date, rules.timeZone)).find(
    ({ fromMs, toMs }) => fromMs <= wanted.startMs && endMs <= toMs,
  );
  if (!period) return refused('that time is outside working hours');
  if ((wanted.startMs - period.fromMs) % (rules.granularityMinutes * MINUTE_MS) !== 0) {
    return refused('appointments do not begin at that time');
  }
  return { ok: true, service, resource };
}

function refused(reason: string): SlotCheck {
  return { ok: false, reason };
}
