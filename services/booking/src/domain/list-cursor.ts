/** Where a page of a list ended, as text that means something only here. */
import { instant } from '@frontdesk/contracts/ids';

/** A place in the order of the list, which no appointment shares with another. */
export interface Place {
  readonly startsAt: Temporal.Instant;
  readonly appointmentId: string;
}

const written = /^(?<startsAt>[0-9T:.Z-]{20,35}) (?<appointmentId>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function writeCursor({ startsAt, appointmentId }: Place): string {
  return Buffer.from(`${startsAt.toString()} ${appointmentId}`).toString('base64url');
}

/** @returns undefined for a text that is no cursor of ours */
export function readCursor(cursor: string): Place | undefined {
  const { startsAt, appointmentId = '' } = written.exec(Buffer.from(cursor, 'base64url').toString())?.groups ?? {};
  const time = instant.safeParse(startsAt);
  return time.success ? { startsAt: Temporal.Instant.from(time.data), appointmentId } : undefined;
}
