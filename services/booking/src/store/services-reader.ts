import type { TenantTransaction } from '@frontdesk/persistence';
import type { Service } from '../domain/catalog.ts';
import type { BookingSchema } from './schema.ts';

/** The services of a business in the order they were added. */
export async function readServices(tx: TenantTransaction<BookingSchema>, businessId: string): Promise<Service[]> {
  return tx
    .selectFrom('services')
    .select([
      'id as serviceId',
      'name',
      'description',
      'duration_minutes as durationMinutes',
      'buffer_before_minutes as bufferBeforeMinutes',
      'buffer_after_minutes as bufferAfterMinutes',
      'price_text as priceText',
    ])
    .where('business_id', '=', businessId)
    .orderBy('position')
    .execute();
}
