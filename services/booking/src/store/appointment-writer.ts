import { formatInstantRange, type SystemTransaction, type TenantTransaction, tell } from '@frontdesk/persistence';
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

export interface Made {
  readonly appointmentId: string;
  readonly version: number;
  readonly createdAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant | null;
}

/**
 * Inserts an appointment with all that it takes up, or nothing, in one statement. `ON CONFLICT DO NOTHING` waits for a
 * competitor's transaction in place, where a plain insert would deadlock with it (measured: nine seconds at worst,
 * against 64 ms).
 *
 * @returns the `lost` ones of the resources, which somebody else has; `not_new` when its code is taken or its call has
 *   one there
 */
export async function insertAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { plan, resourceIds }: { readonly plan: AppointmentPlan; readonly resourceIds: readonly string[] },
  made: { readonly claim: Claim; readonly callSid: string | undefined; readonly now: Temporal.Instant },
): Promise<{ made: Made } | { lost: readonly string[] } | 'not_new'> {
  await tell(tx, sql`savepoint making`);
  const row = await tx
    .with('made', (db) =>
      db
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
        .returning(['business_id', 'id', 'starts_at', 'during', 'expires_at', 'version', 'created_at']),
    )
    .with('taken', (db) =>
      db
        .insertInto('allocations')
        .columns(['business_id', 'appointment_id', 'resource_id', 'starts_at', 'during', 'expires_at', 'active'])
        // In the order of their ids, as everybody takes them.
        .expression(
          sql`select business_id, id, resource_id, starts_at, during, expires_at, true
            from made, unnest(${resourceIds}::uuid[]) as wanted (resource_id) order by resource_id`,
        )
        .onConflict((conflict) => conflict.doNothing())
        .returning('resource_id'),
    )
    .selectFrom('made')
    .select(['id as appointmentId', 'version', 'created_at as createdAt', 'expires_at as expiresAt'])
    .select(sql<string[]>`array(select resource_id from taken)`.as('taken'))
    .executeTakeFirst();
  // Not released when all went well: the end of the transaction does that, without a round trip.
  if (!row) return 'not_new';
  const { taken, ...inserted } = row;
  const lost = resourceIds.filter((id) => !taken.includes(id));
  if (lost.length === 0) return { made: inserted };
  await sql`rollback to savepoint making`.execute(tx);
  return { lost };
}

/**
 * Makes a hold a confirmed appointment, one that was given up included.
 * @param plan when its time was taken again
 */
export async function confirmAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  id: string,
  claim: Extract<Claim, { status: 'confirmed' }>,
  plan: AppointmentPlan | undefined,
): Promise<Appointment> {
  const free = { cancelled_at: null, cancelled_by: null, cancel_reason: null };
  return change(tx, businessId, id, { ...claimOf(claim), ...free, ...(plan && placeOf(plan)) });
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
  const step = tx
    .updateTable('appointments')
    .set((eb: ExpressionBuilder<BookingSchema, 'appointments'>) => ({ ...values, version: eb('version', '+', 1) }))
    .where('business_id', '=', businessId)
    .where('id', '=', id);
  await tell(tx, step);
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
