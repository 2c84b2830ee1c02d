/** Whether a slot somebody wants to book is one that could have been offered. Asked again inside the booking transaction. */
import { couldBeginAt, worksThroughout } from './candidates.ts';
import type { Catalog, Resource, Service } from './catalog.ts';
import { bookingWindow } from './offer-window.ts';
import { helpersOf, performs } from './performers.ts';
import { dayOf } from './wall-clock.ts';

export interface WantedSlot {
  readonly serviceId: string;
  readonly resourceId: string;
  readonly startMs: number;
}

export type SlotCheck =
  | { readonly ok: true; readonly service: Service; readonly resource: Resource }
  /** Said to whoever asked, so it names neither internals nor anybody's data. */
  | { readonly ok: false; readonly reason: string };

/**
 * Everything but whether it is still free, and how many a date may have: that only the booking transaction can answer,
 * with the exclusion constraint and its locks.
 */
export function checkSlot(catalog: Catalog, wanted: WantedSlot, now: Temporal.Instant): SlotCheck {
  const { rules } = catalog;
  const { startMs } = wanted;
  const service = catalog.services.find(({ serviceId }) => serviceId === wanted.serviceId);
  if (!service) return refused('there is no such service');
  const resource = catalog.resources.find(({ resourceId }) => resourceId === wanted.resourceId);
  if (!resource || !performs(resource, service)) return refused('nobody like that offers this service');

  if (startMs < now.epochMilliseconds) return refused('that time is in the past');
  const window = bookingWindow(rules, now);
  if (startMs < window.earliestStartMs) return refused('that time is too soon');
  const day = dayOf(startMs, rules.timeZone);
  if (Temporal.PlainDate.compare(day.date, window.lastDate) > 0) return refused('that time is too far ahead');

  const works = (one: Resource) => worksThroughout(one, catalog, service, day, startMs);
  if (!works(resource)) return refused('that time is outside working hours');
  if (!couldBeginAt(resource, catalog, service, day, startMs)) return refused('appointments do not begin at that time');
  const helpers = helpersOf(service, catalog);
  if (helpers.some((pool) => !pool.some((one) => one !== resource && works(one)))) {
    return refused('what it takes is not available at that time');
  }
  return { ok: true, service, resource };
}

function refused(reason: string): SlotCheck {
  return { ok: false, reason };
}
