/** The part of booking, holding and moving that is the same: who can take the time, tried one after the other. */
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { createCalendar } from '../domain/calendar.ts';
import { type Combination, candidatesFor } from '../domain/candidates.ts';
import { blockedRange, type Catalog, type Service } from '../domain/catalog.ts';
import { checkSlot } from '../domain/check-slot.ts';
import { performs, takenUpBy } from '../domain/performers.ts';
import { type AppointmentPlan, planAppointment } from '../domain/plan-appointment.ts';
import { dayOf } from '../domain/wall-clock.ts';
import { readBusy } from '../store/busy-reader.ts';
import { findHoldsInTheWay } from '../store/hold-reader.ts';
import type { BookingSchema } from '../store/schema.ts';
import { HoldsInTheWay } from './change-once.ts';

type Tx = TenantTransaction<BookingSchema>;

/** Those tried are free as far as was seen just before; when so many are lost to others, the rest is going too. */
const MAX_COMBINATIONS = 12;

export interface WantedTime {
  readonly slot: SlotRef;
  readonly anyResource: boolean;
  readonly callSid: string | undefined;
  readonly now: Temporal.Instant;
  /** The appointment that is moved: its own time is in nobody's way. */
  readonly insteadOf?: string | undefined;
}

export interface Place {
  readonly plan: AppointmentPlan;
  readonly resourceIds: readonly string[];
}

/**
 * @param take takes a place, or says that somebody else was faster
 * @throws WireError `invalid` for what never was on offer, `conflict` when it is taken or the date is full
 */
export async function takeSlot(
  tx: Tx,
  businessId: string,
  catalog: Catalog,
  wanted: WantedTime,
  take: (place: Place) => Promise<boolean>,
): Promise<void> {
  const { slot, anyResource, now } = wanted;
  const startMs = Date.parse(slot.startsAt);
  const check = checkSlot(catalog, { ...slot, startMs }, now);
  if (!check.ok) throw new WireError('invalid', check.reason);
  const { service } = check;
  let tried = 0;
  for (const { resource, also } of await combinations(tx, businessId, catalog, service, startMs, wanted)) {
    const resourceIds = [resource, ...also].map(({ resourceId }) => resourceId);
    if (await take({ plan: planAppointment(service, resource, startMs), resourceIds })) return;
    tried += 1;
    if (tried === MAX_COMBINATIONS) break;
  }
  const resourceIds = takenUpBy(service, catalog)
    .filter((one) => anyResource || one.resourceId === slot.resourceId || !performs(one, service))
    .map(({ resourceId }) => resourceId);
  const { blocked } = planAppointment(service, check.resource, startMs);
  const { callSid } = wanted;
  const ids = await findHoldsInTheWay(tx, businessId, { resourceIds, blocked, now, callSid });
  if (ids.length > 0) throw new HoldsInTheWay(ids, callSid);
  throw new WireError('conflict', 'that time was just taken');
}

async function combinations(
  tx: Tx,
  businessId: string,
  catalog: Catalog,
  service: Service,
  startMs: number,
  { slot, anyResource, now, insteadOf }: WantedTime,
): Promise<Iterable<Combination>> {
  const { rules, resources } = catalog;
  const asked = { resourceId: slot.resourceId, anyResource };
  const isCapped = rules.maxPerDay !== null || resources.some(({ maxPerDay }) => maxPerDay !== null);
  // One certain resource and nothing beside: whether it is free, the exclusion constraint says best.
  if (!isCapped && !anyResource && service.alsoNeeds.length === 0) {
    return candidatesFor(catalog, service, startMs, asked);
  }
  const day = dayOf(startMs, rules.timeZone);
  if (isCapped) await lockDate(tx, businessId, day.date);
  const blocked = blockedRange(service, startMs);
  const range = { fromMs: Math.min(day.fromMs, blocked.fromMs), toMs: Math.max(day.toMs, blocked.toMs) };
  const resourceIds = isCapped ? 'all' : takenUpBy(service, catalog).map(({ resourceId }) => resourceId);
  const calendar = createCalendar(await readBusy(tx, businessId, { resourceIds, range, now, insteadOf }));
  if (rules.maxPerDay !== null && calendar.starts(day) >= rules.maxPerDay) {
    throw new WireError('conflict', 'that day has no room for another appointment');
  }
  return candidatesFor(catalog, service, startMs, asked, calendar);
}

/** Who counts a date's appointments counts alone. One lock per date, whatever has a cap, so that nobody needs two. */
async function lockDate(tx: Tx, businessId: string, date: Temporal.PlainDate): Promise<void> {
  const name = `booking.date:${businessId}:${date.toString()}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}
