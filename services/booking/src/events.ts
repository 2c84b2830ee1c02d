/** What this service reports about itself: one function per business event, so that log and metric cannot drift apart. */
import type { WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { Logger, Metrics } from '@frontdesk/observability';

export interface Events {
  slotsFound(found: { exact: boolean; slots: number; durationMs: number }): void;
  /** @param booked.repeated the answer of an earlier booking was given again */
  appointmentBooked(booked: { appointmentId: string; repeated: boolean }): void;
  bookingRefused(refused: { code: WireErrorCode }): void;
}

export function createEvents(metrics: Metrics, log: Logger): Events {
  const searches = metrics.histogram(
    'booking_find_slots_seconds',
    'Time to find free slots, by whether the wish was met',
    [0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1],
    ['exact'],
  );
  const bookings = metrics.counter('booking_appointments_total', 'Appointments booked, or answered again', [
    'repeated',
  ]);
  const refusals = metrics.counter('booking_refusals_total', 'Bookings refused, by error code', ['code']);
  return {
    slotsFound({ exact, slots, durationMs }) {
      searches.observe({ exact: String(exact) }, durationMs / 1_000);
      log.debug({ event: 'slots_found', exact, slots, durationMs }, 'found slots');
    },
    appointmentBooked({ appointmentId, repeated }) {
      bookings.inc({ repeated: String(repeated) });
      log.info({ event: 'appointment_booked', appointmentId, repeated }, 'booked an appointment');
    },
    bookingRefused({ code }) {
      refusals.inc({ code });
      log.info({ event: 'booking_refused', code }, 'refused a booking');
    },
  };
}
