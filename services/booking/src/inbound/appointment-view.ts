/** An appointment as replies show it. */
import type { AppointmentRecord, AppointmentView } from '@frontdesk/contracts/booking/appointment';
import type { Appointment } from '../domain/appointment.ts';
import { spokenTime } from '../domain/spoken-time.ts';

/** @param speak the language of the time in words */
export function viewOf(it: Appointment, speak: string): AppointmentView {
  return {
    appointmentId: it.appointmentId,
    serviceId: it.serviceId,
    serviceName: it.serviceName,
    resourceId: it.resourceId,
    resourceName: it.resourceName,
    startsAt: it.startsAt.toString(),
    endsAt: it.endsAt.toString(),
    spoken: spokenTime(it.startsAt.epochMilliseconds, it.timeZone, speak),
  };
}

/** With its code, for whoever has shown that it is theirs. */
export function viewWithCode(it: Appointment, speak: string): AppointmentView & { confirmationCode: string } {
  if (it.confirmationCode === null) throw new Error('an appointment has a code once it is confirmed');
  return { ...viewOf(it, speak), confirmationCode: it.confirmationCode };
}

export function recordOf(it: Appointment): AppointmentRecord {
  return {
    appointmentId: it.appointmentId,
    serviceId: it.serviceId,
    serviceName: it.serviceName,
    resourceId: it.resourceId,
    resourceName: it.resourceName,
    startsAt: it.startsAt.toString(),
    endsAt: it.endsAt.toString(),
    status: it.status,
    alsoResourceIds: [...it.alsoResourceIds],
    customer: it.customer,
    note: it.note,
    confirmationCode: it.confirmationCode,
    callSid: it.callSid,
    expiresAt: it.expiresAt?.toString() ?? null,
    cancelReason: it.cancelReason,
    createdAt: it.createdAt.toString(),
  };
}
