/** What this service reports about itself: one function per business event, so that log and metric cannot drift apart. */
import type { WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { Logger, Metrics } from '@frontdesk/observability';

export interface Events {
  slotsFound(found: { exact: boolean; slots: number; durationMs: number }): void;
  /** @param change.what the verb of the request @param change.repeated an earlier answer was given again */
  changed(change: { what: string; repeated: boolean }): void;
  refused(refused: { what: string; code: WireErrorCode }): void;
  codeRefused(): void;
  holdsExpired(expired: { holds: number }): void;
}

export function createEvents(metrics: Metrics, log: Logger): Events {
  const searches = metrics.histogram(
    'booking_find_slots_seconds',
    'Time to find free slots, by whether the wish was met',
    [0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1],
    ['exact'],
  );
  const changes = metrics.counter('booking_changes_total', 'Changes of appointments, by kind, or answers given again', [
    'what',
    'repeated',
  ]);
  const refusals = metrics.counter('booking_refusals_total', 'Changes refused, by kind and error code', [
    'what',
    'code',
  ]);
  const codes = metrics.counter('booking_wrong_codes_total', 'Confirmation codes that did not fit');
  const expired = metrics.counter('booking_holds_expired_total', 'Holds that were over and cleared away');
  return {
    slotsFound({ exact, slots, durationMs }) {
      searches.observe({ exact: String(exact) }, durationMs / 1_000);
      log.debug({ event: 'slots_found', exact, slots, durationMs }, 'found slots');
    },
    changed({ what, repeated }) {
      changes.inc({ what, repeated: String(repeated) });
      log.info({ event: 'appointment_changed', what, repeated }, 'changed an appointment');
    },
    refused({ what, code }) {
      refusals.inc({ what, code });
      log.info({ event: 'change_refused', what, code }, 'refused a change');
    },
    codeRefused() {
      codes.inc();
      log.info({ event: 'code_refused' }, 'a confirmation code did not fit');
    },
    holdsExpired({ holds }) {
      expired.inc(holds);
      log.info({ event: 'holds_expired', holds }, 'cleared holds away that were over');
    },
  };
}
