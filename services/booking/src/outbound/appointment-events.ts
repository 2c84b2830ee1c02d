/** What businesses and other services hear about appointments, told through the outbox of the same transaction. */
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { appendToOutbox, type TenantTransaction } from '@frontdesk/persistence';
import type { Resource, Service } from '../domain/catalog.ts';
import type { BookingSchema } from '../store/schema.ts';

export interface Booked {
  readonly appointmentId: string;
  readonly service: Service;
  readonly resource: Resource;
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  readonly timeZone: string;
  readonly customer: { readonly name: string; readonly phone: string | null };
  readonly callSid: string | undefined;
  readonly now: Temporal.Instant;
}

/** The first event of an appointment, hence sequence 1; its id is the same on every retry of the relay. */
export async function appendBooked(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  booked: Booked,
): Promise<void> {
  const { appointmentId, service, resource, startsAt, endsAt, timeZone, customer, callSid, now } = booked;
  await appendToOutbox(tx, businessId, appointmentBooked, {
    id: `${appointmentId}:1`,
    businessId,
    subject: appointmentId,
    sequence: 1,
    time: now,
    data: {
      appointmentId,
      serviceId: service.serviceId,
      serviceName: service.name,
      resourceId: resource.resourceId,
      resourceName: resource.name,
      startsAt: startsAt.toString(),
      endsAt: endsAt.toString(),
      timeZone,
      customer,
      ...(callSid ? { callSid } : {}),
    },
  });
}
