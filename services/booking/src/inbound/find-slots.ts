import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { type Catalog, MINUTE_MS, type Service, type TimeRange } from '../domain/catalog.ts';
import { resourcesFor } from '../domain/free-starts.ts';
import { matchService } from '../domain/match-service.ts';
import { type OfferedSlot, offerSlots } from '../domain/offer.ts';
import { offerWindow } from '../domain/offer-window.ts';
import { spokenTime } from '../domain/spoken-time.ts';
import { startOfDateMs } from '../domain/wall-clock.ts';
import { readBusy } from '../store/busy-reader.ts';
import { requireCatalog } from '../store/catalog-reader.ts';

/** Two queries, however long the horizon: what there is to book, and when it is taken. The rest is computed. */
export async function serveFindSlots(context: Context): Promise<void> {
  await context.messaging.serve(findSlots, async (request, rpc) => {
    const askedAtMs = context.clock.monotonicMs();
    const now = context.clock.now();
    const { catalog, service, busy } = await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      const catalog = await requireCatalog(tx, rpc.businessId);
      const service = requireService(catalog, request.service);
      const resourceIds = resourcesFor(service, catalog.resources).map(({ resourceId }) => resourceId);
      return { catalog, service, busy: await readBusy(tx, rpc.businessId, resourceIds, rangeOnOffer(catalog, now)) };
    });
    const wish = { day: request.day, week: request.week, partOfDay: request.partOfDay };
    const offer = offerSlots({ catalog, service, busy, wish, now, limit: request.limit });
    context.events.slotsFound({
      exact: offer.exact,
      slots: offer.slots.length,
      durationMs: context.clock.monotonicMs() - askedAtMs,
    });
    const { timeZone } = catalog.rules;
    return { exact: offer.exact, timeZone, slots: offer.slots.map((slot) => toSlot(slot, service, timeZone)) };
  });
}

function requireService(catalog: Catalog, spokenName: string | undefined): Service {
  const service = matchService(catalog.services, spokenName);
  if (service && resourcesFor(service, catalog.resources).length > 0) return service;
  if (service) throw new WireError('not_found', `nobody takes appointments for ${service.name} at the moment`);
  const names = catalog.services.map(({ name }) => name);
  throw new WireError(
    'not_found',
    names.length > 0 ? `there is no such service; there are: ${names.join(', ')}` : 'there are no services yet',
  );
}

function rangeOnOffer(catalog: Catalog, now: Temporal.Instant): TimeRange {
  const { firstDate, lastDate } = offerWindow(catalog.rules, now);
  return {
    fromMs: startOfDateMs(firstDate, catalog.rules.timeZone),
    toMs: startOfDateMs(lastDate.add({ days: 1 }), catalog.rules.timeZone),
  };
}

function toSlot({ startMs, resource }: OfferedSlot, service: Service, timeZone: string): Slot {
  return {
    serviceId: service.serviceId,
    resourceId: resource.resourceId,
    startsAt: new Date(startMs).toISOString(),
    endsAt: new Date(startMs + service.durationMinutes * MINUTE_MS).toISOString(),
    serviceName: service.name,
    resourceName: resource.name,
    spoken: spokenTime(startMs, timeZone),
  };
}
