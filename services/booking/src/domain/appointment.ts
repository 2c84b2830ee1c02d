/** One appointment as it stands, with the names that people know things by. */
import type { AppointmentStatus } from '@frontdesk/contracts/booking/appointment';

export type ChangedBy = 'caller' | 'business';

export interface Appointment {
  readonly appointmentId: string;
  /** Counts its events: the sequence of the last one. */
  readonly version: number;
  readonly status: AppointmentStatus;
  readonly serviceId: string;
  readonly serviceName: string;
  /** Whom the customer meets. */
  readonly resourceId: string;
  readonly resourceName: string;
  /** What else it takes up. */
  readonly alsoResourceIds: readonly string[];
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  /** The business's. */
  readonly timeZone: string;
  /** Null while it is only held. */
  readonly customer: { readonly name: string; readonly phone: string | null } | null;
  readonly note: string | null;
  readonly confirmationCode: string | null;
  /** The call in which it was made. */
  readonly callSid: string | null;
  /** Of a hold. */
  readonly expiresAt: Temporal.Instant | null;
  /** The last time; null when it never was. */
  readonly movedAt: Temporal.Instant | null;
  readonly cancelledAt: Temporal.Instant | null;
  readonly cancelledBy: ChangedBy | 'expiry' | null;
  readonly cancelReason: string | null;
  readonly createdAt: Temporal.Instant;
}
