import { blockedRange, MINUTE_MS, type Resource, type Service } from './catalog.ts';

export interface AppointmentPlan {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  /** What it keeps others out of: itself with the buffers. */
  readonly blocked: { readonly start: Temporal.Instant; readonly end: Temporal.Instant };
}

/** The points in time an appointment is made of. */
export function planAppointment(service: Service, resource: Resource, startMs: number): AppointmentPlan {
  const { fromMs, toMs } = blockedRange(service, startMs);
  const at = Temporal.Instant.fromEpochMilliseconds;
  return {
    serviceId: service.serviceId,
    serviceName: service.name,
    resourceId: resource.resourceId,
    resourceName: resource.name,
    startsAt: at(startMs),
    endsAt: at(startMs + service.durationMinutes * MINUTE_MS),
    blocked: { start: at(fromMs), end: at(toMs) },
  };
}
