import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import type { ExpressionBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Appointment } from '../domain/appointment.ts';
import { ACTIVE_STATUSES, type BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema> | SystemTransaction<BookingSchema>;

/** Appointments with the names that people know things by, to be narrowed down. Names of what is retired stay. */
export function selectAppointments(tx: Tx) {
  return tx
    .selectFrom('appointments')
    .innerJoin('services', (join) =>
      join
        .onRef('services.business_id', '=', 'appointments.business_id')
        .onRef('services.id', '=', 'appointments.service_id'),
    )
    .innerJoin('resources', (join) =>
      join
        .onRef('resources.business_id', '=', 'appointments.business_id')
        .onRef('resources.id', '=', 'appointments.resource_id'),
    )
    .innerJoin('rules', 'rules.business_id', 'appointments.business_id')
    .select((eb) => [
      'appointments.id as appointmentId',
      'appointments.version',
      'appointments.status',
      'appointments.service_id as serviceId',
      'services.name as serviceName',
      'appointments.resource_id as resourceId',
      'resources.name as resourceName',
      alsoResourceIds(eb).as('alsoResourceIds'),
      'appointments.starts_at as startsAt',
      'appointments.ends_at as endsAt',
      'rules.time_zone as timeZone',
      'appointments.customer_name as customerName',
      'appointments.customer_phone as customerPhone',
      'appointments.note',
      'appointments.confirmation_code as confirmationCode',
      'appointments.call_sid as callSid',
      'appointments.expires_at as expiresAt',
      'appointments.moved_at as movedAt',
      'appointments.cancelled_at as cancelledAt',
      'appointments.cancelled_by as cancelledBy',
      'appointments.cancel_reason as cancelReason',
      'appointments.created_at as createdAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAppointments>['executeTakeFirstOrThrow']>>;

export function toAppointment({ customerName, customerPhone, ...row }: Row): Appointment {
  return { ...row, customer: customerName === null ? null : { name: customerName, phone: customerPhone } };
}

export async function readAppointment(tx: Tx, businessId: string, id: string): Promise<Appointment | undefined> {
  const row = await selectAppointments(tx)
    .where('appointments.business_id', '=', businessId)
    .where('appointments.id', '=', id)
    .executeTakeFirst();
  return row && toAppointment(row);
}

/**
 * The appointment as it stands once nobody else is changing it, and nobody else can until the transaction ends. Every
 * change begins with this lock and takes those of allocations after it.
 */
export async function lockAppointment(tx: Tx, businessId: string, id: string): Promise<Appointment | undefined> {
  const row = await tx
    .selectFrom('appointments')
    .select('id')
    .where('business_id', '=', businessId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  // Read after the lock was given, so that its allocations are of the same moment.
  return row && readAppointment(tx, businessId, id);
}

/** The active appointments that this call has already made for this service and time, oldest first. */
export async function findMadeInCall(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  wanted: { callSid: string; serviceId: string; startMs: number },
): Promise<Appointment[]> {
  const rows = await selectAppointments(tx)
    .where('appointments.business_id', '=', businessId)
    .where('appointments.call_sid', '=', wanted.callSid)
    .where('appointments.service_id', '=', wanted.serviceId)
    .where('appointments.starts_at', '=', Temporal.Instant.fromEpochMilliseconds(wanted.startMs))
    .where('appointments.status', 'in', ACTIVE_STATUSES)
    .where('appointments.moved_at', 'is', null)
    .orderBy('appointments.created_at')
    .orderBy('appointments.id')
    .execute();
  return rows.map(toAppointment);
}

/** The one appointment ahead that has this code. */
export async function findByCode(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  code: string,
  now: Temporal.Instant,
): Promise<Appointment | undefined> {
  const row = await selectAppointments(tx)
    .where('appointments.business_id', '=', businessId)
    .where('appointments.confirmation_code', '=', code)
    .where('appointments.status', 'in', ACTIVE_STATUSES)
    .where('appointments.starts_at', '>', now)
    .executeTakeFirst();
  return row && toAppointment(row);
}

/** Whether an active appointment holds this code. Codes are unique only among active ones. */
export async function isCodeTaken(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  code: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom('appointments')
    .select('id')
    .where('business_id', '=', businessId)
    .where('confirmation_code', '=', code)
    .where('status', 'in', ACTIVE_STATUSES)
    .executeTakeFirst();
  return row !== undefined;
}

function alsoResourceIds(eb: ExpressionBuilder<BookingSchema, 'appointments'>) {
  const ids = eb
    .selectFrom('allocations')
    .select('allocations.resource_id')
    .whereRef('allocations.business_id', '=', 'appointments.business_id')
    .whereRef('allocations.appointment_id', '=', 'appointments.id')
    .whereRef('allocations.resource_id', '<>', 'appointments.resource_id')
    .orderBy('allocations.resource_id');
  return sql<string[]>`array(${ids})`;
}
