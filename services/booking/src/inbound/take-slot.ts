/** The part of booking, holding and moving that is the same: who can take the time, tried one after the other. */
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import { createCalendar } from '../domain/calendar.ts';
import { candidatesFor } from '../domain/candidates.ts';
import { type BusyRange, blockedRange, type Catalog, type Service } from '../domain/catalog.ts';
import { checkSlot } from '../domain/check-slot.ts';
import { takenUpBy } from '../domain/performers.ts';
import { type AppointmentPlan, planAppointment } from '../domain/plan-appointment.ts';
import { dayOf } from '../domain/wall-clock.ts';
import { readBusy } from '../store/busy-reader.ts';
import { readInTheWay } from '../store/hold-reader.ts';
import { lockDate } from '../store/locks.ts';
import type { BookingSchema } from '../store/schema.ts';
import { HoldsInTheWay } from './change-once.ts';

type Tx = TenantTransaction<BookingSchema>;

export interface WantedTime {
  readonly slot: SlotRef;
  readonly anyResource: boolean;
  readonly callSid: string | undefined;
  readonly now: Temporal.Instant;
  /** Whom it is for; undefined when it is only to be held. */
  readonly customerName?: string | undefined;
  /** The appointment that is moved: its own time is in nobody's way. */
  readonly insteadOf?: string | undefined;
}

export interface Place {
  readonly plan: AppointmentPlan;
  readonly resourceIds: readonly string[];
}

/** What is asked, against what there is. */
interface Question {
  readonly catalog: Catalog;
  readonly service: Service;
  readonly startMs: number;
  readonly wanted: WantedTime;
}

/**
 * @param take takes a place, or says which of its resources somebody else has
 * @throws WireError `invalid` for what never was on offer, `conflict` when it is taken or the date is full
 */
export async function takeSlot(
  tx: Tx,
  businessId: string,
  catalog: Catalog,
  wanted: WantedTime,
  take: (place: Place) => Promise<readonly string[]>,
): Promise<void> {
  const startMs = Date.parse(wanted.slot.startsAt);
  const check = checkSlot(catalog, { ...wanted.slot, startMs }, wanted.now);
  if (!check.ok) throw new WireError('invalid', check.reason);
  const question = { catalog, service: check.service, startMs, wanted };
  const taken = await readTaken(tx, businessId, question);
  const lost = new Set<string>();
  for (;;) {
    const place = firstPlace(question, lost, taken);
    if (!place) break;
    const gone = await take(place);
    if (gone.length === 0) return;
    for (const id of gone) lost.add(id);
  }
  await askHoldsToGiveWay(tx, businessId, question, taken);
  throw new WireError('conflict', 'that time was just taken');
}

/**
 * Holds that need not be respected give way only where that lets the appointment in: a call must not lose what it holds
 * for nothing.
 * @throws HoldsInTheWay when they are to be cleared, and then it is tried again
 */
async function askHoldsToGiveWay(
  tx: Tx,
  businessId: string,
  question: Question,
  taken: readonly BusyRange[] | undefined,
): Promise<void> {
  const { catalog, service, startMs, wanted } = question;
  const resourceIds = takenUpBy(service, catalog).map(({ resourceId }) => resourceId);
  const { fromMs, toMs } = blockedRange(service, startMs);
  const at = Temporal.Instant.fromEpochMilliseconds;
  const { now, callSid, insteadOf } = wanted;
  const way = { resourceIds, blocked: { start: at(fromMs), end: at(toMs) }, now, callSid, insteadOf };
  const inTheWay = await readInTheWay(tx, businessId, way);
  const giving = inTheWay.filter(({ givesWay }) => givesWay);
  if (giving.length === 0) return;
  const standing = inTheWay.filter(({ givesWay }) => !givesWay).map(({ resourceId }) => resourceId);
  // What was seen before is only good for counting, where that is needed: without those that give way.
  const given = new Set(giving.map(({ appointmentId }) => appointmentId));
  const counted = taken?.filter(({ appointmentId }) => appointmentId !== undefined && !given.has(appointmentId));
  const place = firstPlace(question, new Set(standing), counted);
  if (!place) return;
  const ids = giving.filter(({ resourceId }) => place.resourceIds.includes(resourceId));
  throw new HoldsInTheWay([...new Set(ids.map(({ appointmentId }) => appointmentId))], callSid);
}

function firstPlace(
  { catalog, service, startMs, wanted: { slot, anyResource } }: Question,
  without: ReadonlySet<string>,
  taken: readonly BusyRange[] = [],
): Place | undefined {
  const asked = { resourceId: slot.resourceId, anyResource, without };
  for (const { resource, also } of candidatesFor(catalog, service, startMs, asked, createCalendar(taken))) {
    const resourceIds = [resource, ...also].map(({ resourceId }) => resourceId);
    return { plan: planAppointment(service, resource, startMs), resourceIds };
  }
  return undefined;
}

/** What is taken on that date; undefined where nobody needs to know. @throws WireError `conflict`: the date is full */
async function readTaken(
  tx: Tx,
  businessId: string,
  { catalog, service, startMs, wanted }: Question,
): Promise<readonly BusyRange[] | undefined> {
  const { rules, resources } = catalog;
  const isCapped = rules.maxPerDay !== null || resources.some(({ maxPerDay }) => maxPerDay !== null);
  // One certain resource and nothing beside: whether it is free, the exclusion constraint says best.
  if (!isCapped && !wanted.anyResource && service.alsoNeeds.length === 0) return undefined;
  const day = dayOf(startMs, rules.timeZone);
  if (isCapped) await lockDate(tx, businessId, day.date);
  const blocked = blockedRange(service, startMs);
  const range = { fromMs: Math.min(day.fromMs, blocked.fromMs), toMs: Math.max(day.toMs, blocked.toMs) };
  const resourceIds = isCapped ? 'all' : takenUpBy(service, catalog).map(({ resourceId }) => resourceId);
  const { now, insteadOf } = wanted;
  const taken = await readBusy(tx, businessId, { resourceIds, range, now, insteadOf });
  if (rules.maxPerDay !== null && createCalendar(taken).starts(day) >= rules.maxPerDay) {
    throw new WireError('conflict', 'that day has no room for another appointment');
  }
  return taken;
}
