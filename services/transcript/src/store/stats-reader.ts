/** Counts over calls, made by the database. */
import type { callStats } from '@frontdesk/contracts/transcript/call-stats';
import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;
export type Stats = Omit<z.output<typeof callStats.reply>, 'days'>;

/** Of the calls that began at or after `since`. */
export async function readStats(tx: Tx, businessId: string, since: Temporal.Instant): Promise<Stats> {
  const counts = await tx
    .selectFrom('calls')
    .where('business_id', '=', businessId)
    .where('to_number', 'is not', null)
    .where('started_at', '>=', since)
    .select([
      sql<number>`count(*)::integer`.as('totalCalls'),
      sql<number>`(count(*) filter (where direction = 'inbound'))::integer`.as('inboundCalls'),
      sql<number>`(count(*) filter (where direction = 'outbound'))::integer`.as('outboundCalls'),
      sql<number>`(count(*) filter (where answered))::integer`.as('answeredCalls'),
      sql<number>`(count(*) filter (where status = 'rejected'))::integer`.as('rejectedCalls'),
      sql<number | null>`(avg(duration_seconds) filter (where answered))::double precision`.as(
        'averageDurationSeconds',
      ),
    ])
    .executeTakeFirstOrThrow();
  const appointments = await tx
    .selectFrom('appointments')
    .where('business_id', '=', businessId)
    .where('booked_at', '>=', since)
    .where('call_sid', 'is not', null)
    .select(sql<number>`count(*)::integer`.as('booked'))
    .executeTakeFirstOrThrow();
  return { ...counts, appointmentsBooked: appointments.booked, byHourUtc: await readHours(tx, businessId, since) };
}

async function readHours(tx: Tx, businessId: string, since: Temporal.Instant): Promise<number[]> {
  const rows = await tx
    .selectFrom('calls')
    .where('business_id', '=', businessId)
    .where('to_number', 'is not', null)
    .where('started_at', '>=', since)
    .select([sql<number>`extract(hour from started_at at time zone 'UTC')::integer`.as('hour')])
    .select(sql<number>`count(*)::integer`.as('calls'))
    .groupBy('hour')
    .execute();
  const byHour = new Map(rows.map(({ hour, calls }) => [hour, calls]));
  return Array.from({ length: 24 }, (_, hour) => byHour.get(hour) ?? 0);
}
