/** Frozen: a later change is a later migration. Finds a caller's next appointments while the telephone rings. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index appointments_by_customer on booking.appointments (business_id, customer_phone, starts_at)
    where status in ('held', 'confirmed') and customer_phone is not null`.execute(db);
}
