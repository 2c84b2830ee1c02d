import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf, type TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { type Catalog, MINUTE_MS, type Service, type TimeRange } from '../domain/catalog.ts';
import { firstLook } from '../domain/first-look.ts';
import { type OfferedSlot, offerSlots, offerWithin } from '../domain/offer.ts';
import { type DateSpan, offerWindow } from '../domain/offer-window.ts';
import { helpersOf } from '../domain/performers.ts';
import { spokenTime } from '../domain/spoken-time.ts';
import { startOfDateMs } from '../domain/wall-clock.ts';
import { type WhoAndWhat, whoAndWhat } from '../domain/who-and-what.ts';
import { readAppointment } from '../store/appointment-reader.ts';
import { readBusy } from '../store/busy-reader.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import type { BookingSchema } from '../store/schema.ts';

type Request = z.output<typeof findSlots.request>;

/**
 * Two queries: what there is to book, and when it is taken on the dates that are likely enough. The rest is computed. A
 * third one, for all dates on offer, when that was not enough. (Moving an appointment looks that up first, by its id.)
 */
export async function serveFindSlots(context: Context): Promise<void> {
  await context.messaging.serve(findSlots, async (request, rpc) => {
    const askedAtMs = context.clock.monotonicMs();
    const now = context.clock.now();
    const busyOn = (dates: DateSpan, catalog: Catalog, asked: WhoAndWhat) => ({
      resourceIds: concerned(catalog, asked),
      range: rangeOf(dates, catalog.rules.timeZone),
      now,
      insteadOf: request.insteadOf,
    });
    const readAllBusy = (catalog: Catalog, asked: WhoAndWhat) =>
      context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
        readBusy(tx, rpc.businessId, busyOn(offerWindow(catalog.rules, now), catalog, asked)),
      );
    const { catalog, asked, look, busy } = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      const moved = await readMoved(tx, rpc.businessId, request);
      // Its service may be retired: it is still moved as what it is, unless something else was asked for.
      const also = request.service?.trim() ? {} : { serviceId: moved?.serviceId };
      const catalog = await requireCatalog(tx, rpc.businessId, also);
      const asked = whoAndWhat(catalog, request, moved);
      if (!asked.ok) throw new WireError('not_found', asked.reason);
      const look = firstLook(request, catalog.rules, now);
      const busy = await readBusy(tx, rpc.businessId, busyOn(look, catalog, asked));
      return { catalog, asked, look, busy };
    });
    const { service, performers } = asked;
    const { language, limit, speak } = request;
    const question = { catalog, service, performers, language, busy, wish: request, now, limit };
    const offer = offerWithin(question, look) ?? offerSlots({ ...question, busy: await readAllBusy(catalog, asked) });
    if (!offer.ok) throw new WireError('invalid', offer.reason);
    const durationMs = context.clock.monotonicMs() - askedAtMs;
    context.events.slotsFound({ exact: offer.exact, slots: offer.slots.length, durationMs });
    const { timeZone } = catalog.rules;
    const slots = offer.slots.map((slot) => toSlot(slot, service, timeZone, speak));
    return { exact: offer.exact, timeZone, slots, named: asked.named };
  });
}

async function readMoved(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { insteadOf }: Request,
): Promise<Appointment | undefined> {
  if (insteadOf === undefined) return undefined;
  const moved = await readAppointment(tx, businessId, insteadOf);
  if (!moved) throw new WireError('not_found', 'there is no such appointment');
  return moved;
}

/** A number of appointments a day is counted over everybody, those included who have nothing to do with this service. */
function concerned(catalog: Catalog, { service, performers }: WhoAndWhat): readonly string[] | 'all' {
  if (catalog.rules.maxPerDay !== null) return 'all';
  const everybody = new Set([...performers, ...helpersOf(service, catalog).flat()]);
  return [...everybody].map(({ resourceId }) => resourceId);
}

function rangeOf({ firstDate, lastDate }: DateSpan, timeZone: string): TimeRange {
  return { fromMs: startOfDateMs(firstDate, timeZone), toMs: startOfDateMs(lastDate.add({ days: 1 }), timeZone) };
}

function toSlot({ startMs, resource }: OfferedSlot, service: Service, timeZone: string, speak: string): Slot {
  return {
    serviceId: service.serviceId,
    resourceId: resource.resourceId,
    startsAt: new Date(startMs).toISOString(),
    endsAt: new Date(startMs + service.durationMinutes * MINUTE_MS).toISOString(),
    serviceName: service.name,
    resourceName: resource.name,
    spoken: spokenTime(startMs, timeZone, speak),
  };
}
