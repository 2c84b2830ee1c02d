import type { TenantTransaction } from '@frontdesk/persistence';
import type { BookingSchema } from './schema.ts';

/** What is told of the services of a business, in the order they were added. Retired ones are left out. */
export async function readServices(tx: TenantTransaction<BookingSchema>, businessId: string) {
  return tx
    .selectFrom('services')
    .select([
      'id as serviceId',
      'name',
      'description',
      'duration_minutes as durationMinutes',
      'price_text as priceText',
    ])
    .where('business_id', '=', businessId)
    .where('retired_at', 'is', null)
    .orderBy('position')
    .execute();
}
