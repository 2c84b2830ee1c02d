import { formatInstantRange, type SystemTransaction, type TenantTransaction } from '@frontdesk/persistence';
import { type ExpressionBuilder, sql, type UpdateObject } from 'kysely';
import type { Appointment } from '../domain/appointment.ts';
import type { AppointmentPlan } from '../domain/plan-appointment.ts';
import { readAppointment } from './appointment-reader.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema> | SystemTransaction<BookingSchema>;

/** Confirmed with a customer and a code, or held until some time. */
export type Claim =
  | {
      readonly status: 'confirmed';
      readonly customer: { readonly name: string; readonly phone: string | null };
      readonly note: string | undefined;
      readonly confirmationCode: string;
    }
  | { readonly status: 'held'; readonly expiresAt: Temporal.Instant };

/**
 * Inserts an appointment, or nothing when its code is taken or its call has made it already. Its time is not taken yet:
 * that is for its allocations, in the same transaction.
 *
 * @returns the appointment's id, or `undefined` when it was not inserted
 */
export async function insertAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  plan: AppointmentPlan,
  made: { readonly claim: Claim; readonly callSid: string | undefined; readonly now: Temporal.Instant },
): Promise<string | undefined> {
  const row = await tx
    .insertInto('appointments')
    .values({
      business_id: businessId,
      ...placeOf(plan),
      ...claimOf(made.claim),
      service_id: plan.serviceId,
      call_sid: made.callSid ?? null,
      created_at: made.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Makes a hold a confirmed appointment, one that was given up included. */
export async function confirmAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  id: string,
  claim: Extract<Claim, { status: 'confirmed' }>,
): Promise<Appointment> {
  const free = { cancelled_at: null, cancelled_by: null, cancel_reason: null };
  return change(tx, businessId, id, { ...claimOf(claim), ...free });
}

export async function moveAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  id: string,
  plan: AppointmentPlan,
  now: Temporal.Instant,
): Promise<Appointment> {
  return change(tx, businessId, id, { ...placeOf(plan), moved_at: now });
}

export interface Cancellation {
  readonly by: NonNullable<Appointment['cancelledBy']>;
  readonly reason: string | null;
  readonly now: Temporal.Instant;
}

export async function cancelAppointment(
  tx: Tx,
  businessId: string,
  id: string,
  { by, reason, now }: Cancellation,
): Promise<Appointment> {
  const values = { status: 'cancelled', cancelled_at: now, cancelled_by: by, cancel_reason: reason } as const;
  return change(tx, businessId, id, values);
}

export async function markNoShow(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  id: string,
): Promise<Appointment> {
  return change(tx, businessId, id, { status: 'no_show' });
}

/** Every change is one step of its version, so that its event can be told from all others. */
async function change(
  tx: Tx,
  businessId: string,
  id: string,
  values: UpdateObject<BookingSchema, 'appointments', 'appointments'>,
): Promise<Appointment> {
  await tx
    .updateTable('appointments')
    .set((eb: ExpressionBuilder<BookingSchema, 'appointments'>) => ({ ...values, version: eb('version', '+', 1) }))
    .where('business_id', '=', businessId)
    .where('id', '=', id)
    .execute();
  const appointment = await readAppointment(tx, businessId, id);
  if (!appointment) throw new Error('an appointment that is locked cannot be gone');
  return appointment;
}

function placeOf(plan: AppointmentPlan) {
  return {
    resource_id: plan.resourceId,
    starts_at: plan.startsAt,
    ends_at: plan.endsAt,
    during: sql<string>`${formatInstantRange(plan.blocked)}::tstzrange`,
  };
}

function claimOf(claim: Claim) {
  if (claim.status === 'held') return { status: claim.status, expires_at: claim.expiresAt };
  const { status, customer, note, confirmationCode } = claim;
  return {
    status,
    customer_name: customer.name,
    customer_phone: customer.phone,
    note: note ?? null,
    confirmation_code: confirmationCode,
    expires_at: null,
  };
}
