/** Reads appointments back from PostgreSQL, as the role of the booking service and bound to the tenant. */
import pg from 'pg';
import { z } from 'zod';

const appointment = z.object({
  id: z.uuid(),
  resourceId: z.uuid(),
  resourceName: z.string(),
  serviceName: z.string(),
  startsAt: z.date(),
  endsAt: z.date(),
  customerName: z.string(),
  confirmationCode: z.string(),
  callSid: z.string().nullable(),
});
export type Appointment = z.infer<typeof appointment>;

export interface BookingRecord {
  appointments: Appointment[];
  /** Pairs of appointments that take up the same person or room at the same time. There must be none. */
  overlaps: number;
}

export async function readBookings(databaseUrl: string, businessId: string): Promise<BookingRecord> {
  const client = new pg.Client({ connectionString: databaseUrl, query_timeout: 10_000 });
  await client.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await client.query("SELECT set_config('app.business_id', $1, true)", [businessId]);
    const { rows } = await client.query(`
      SELECT a.id, a.resource_id AS "resourceId", r.name AS "resourceName", s.name AS "serviceName",
             a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.customer_name AS "customerName",
             a.confirmation_code AS "confirmationCode", a.call_sid AS "callSid"
        FROM booking.appointments a
        JOIN booking.resources r ON r.id = a.resource_id
        JOIN booking.services s ON s.id = a.service_id
       WHERE a.status = 'confirmed'
       ORDER BY a.starts_at`);
    const { rows: overlapping } = await client.query(`
      SELECT count(*)::int AS count
        FROM booking.allocations a
        JOIN booking.allocations b
          ON b.resource_id = a.resource_id AND b.appointment_id > a.appointment_id AND b.during && a.during
       WHERE a.active AND b.active`);
    await client.query('COMMIT');
    return { appointments: z.array(appointment).parse(rows), overlaps: z.int().parse(overlapping[0]?.count) };
  } finally {
    await client.end();
  }
}
