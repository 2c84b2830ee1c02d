/**
 * What businesses and other services hear about appointments, told through the outbox of the same transaction. Each is
 * one version of its appointment, so its id is the same however often the relay sends it, and its sequence has no gaps.
 */
import type { EventContract } from '@frontdesk/contracts/event';
import {
  appointmentBooked,
  appointmentCancelled,
  appointmentHeld,
  appointmentMoved,
  appointmentNoShow,
} from '@frontdesk/contracts/events/appointment';
import { appendToOutbox, type SystemTransaction, type TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Appointment, ChangedBy } from '../domain/appointment.ts';
import type { BookingSchema } from '../store/schema.ts';

type Tx = TenantTransaction<BookingSchema> | SystemTransaction<BookingSchema>;

/** When it happened, and in which call. */
export interface Occasion {
  readonly now: Temporal.Instant;
  readonly callSid: string | undefined;
}

export function appendHeld(tx: Tx, businessId: string, held: Appointment, occasion: Occasion): Promise<void> {
  const expiresAt = required(held.expiresAt).toString();
  return append(tx, businessId, appointmentHeld, held, occasion, { ...dataOf(held, occasion), expiresAt });
}

export function appendBooked(tx: Tx, businessId: string, booked: Appointment, occasion: Occasion): Promise<void> {
  const customer = required(booked.customer);
  return append(tx, businessId, appointmentBooked, booked, occasion, { ...dataOf(booked, occasion), customer });
}

/** @param before as it stood until then */
export function appendMoved(
  tx: Tx,
  businessId: string,
  moved: Appointment,
  occasion: Occasion & { readonly before: Appointment; readonly by: ChangedBy; readonly late: boolean },
): Promise<void> {
  const { before, by, late } = occasion;
  const { resourceId, resourceName } = before;
  const from = { resourceId, resourceName, startsAt: before.startsAt.toString(), endsAt: before.endsAt.toString() };
  const data = { ...dataOf(moved, occasion), customer: required(moved.customer), from, by, late };
  return append(tx, businessId, appointmentMoved, moved, occasion, data);
}

export function appendCancelled(
  tx: Tx,
  businessId: string,
  cancelled: Appointment,
  occasion: Occasion & { readonly late: boolean },
): Promise<void> {
  const { customer, cancelReason: reason } = cancelled;
  const by = required(cancelled.cancelledBy);
  const data = { ...dataOf(cancelled, occasion), customer, by, reason, late: occasion.late };
  return append(tx, businessId, appointmentCancelled, cancelled, occasion, data);
}

export function appendNoShow(tx: Tx, businessId: string, missed: Appointment, occasion: Occasion): Promise<void> {
  const customer = required(missed.customer);
  return append(tx, businessId, appointmentNoShow, missed, occasion, { ...dataOf(missed, occasion), customer });
}

function append<Data extends z.ZodType>(
  tx: Tx,
  businessId: string,
  contract: EventContract<Data>,
  { appointmentId, version }: Appointment,
  { now }: Occasion,
  data: z.input<Data>,
): Promise<void> {
  return appendToOutbox(tx, businessId, contract, {
    id: `${appointmentId}:${version}`,
    businessId,
    subject: appointmentId,
    sequence: version,
    time: now,
    data,
  });
}

function dataOf(it: Appointment, { callSid }: Occasion) {
  return {
    appointmentId: it.appointmentId,
    serviceId: it.serviceId,
    serviceName: it.serviceName,
    resourceId: it.resourceId,
    resourceName: it.resourceName,
    startsAt: it.startsAt.toString(),
    endsAt: it.endsAt.toString(),
    timeZone: it.timeZone,
    ...(callSid ? { callSid } : {}),
  };
}

/** What the database demands of an appointment in this state. */
function required<T>(value: T | null): T {
  if (value === null) throw new Error('an appointment lacks what its state demands');
  return value;
}
