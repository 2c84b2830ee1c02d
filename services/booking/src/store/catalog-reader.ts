import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import { type ExpressionBuilder, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { BookingSchema } from './schema.ts';

/** Names are for whoever looks at the rules; only the dates decide. */
const storedDates = z.array(z.object({ date: z.iso.date() }));

/**
 * Everything but appointments, in one query.
 * @throws WireError `not_found` for a business that has no booking rules
 */
export async function requireCatalog(tx: TenantTransaction<BookingSchema>, businessId: string): Promise<Catalog> {
  const row = await tx
    .selectFrom('rules')
    .select((eb) => [
      'time_zone as timeZone',
      'min_notice_minutes as minNoticeMinutes',
      'horizon_days as horizonDays',
      'granularity_minutes as granularityMinutes',
      'closed_dates as closedDates',
      servicesOf(eb, businessId).as('services'),
      resourcesOf(eb, businessId).as('resources'),
    ])
    .where('business_id', '=', businessId)
    .executeTakeFirst();
  if (!row) throw new WireError('not_found', 'this business does not take appointments yet');
  const { services, resources, closedDates, ...rules } = row;
  return {
    rules: { ...rules, closedDates: new Set(storedDates.parse(closedDates).map(({ date }) => date)) },
    services,
    resources: resources.map(({ services, ...resource }) => ({
      ...resource,
      serviceIds: services.map(({ serviceId }) => serviceId),
    })),
  };
}

function servicesOf(eb: ExpressionBuilder<BookingSchema, 'rules'>, businessId: string) {
  return jsonArrayFrom(
    eb
      .selectFrom('services')
      .select([
        'services.id as serviceId',
        'services.name',
        'services.description',
        'services.duration_minutes as durationMinutes',
        'services.buffer_before_minutes as bufferBeforeMinutes',
        'services.buffer_after_minutes as bufferAfterMinutes',
        'services.price_text as priceText',
      ])
      .where('services.business_id', '=', businessId)
      .orderBy('services.position'),
  );
}

function resourcesOf(eb: ExpressionBuilder<BookingSchema, 'rules'>, businessId: string) {
  return jsonArrayFrom(
    eb
      .selectFrom('resources')
      .select((inner) => [
        'resources.id as resourceId',
        'resources.name',
        jsonArrayFrom(
          inner
            .selectFrom('resource_services')
            .select('resource_services.service_id as serviceId')
            .whereRef('resource_services.resource_id', '=', 'resources.id')
            .where('resource_services.business_id', '=', businessId),
        ).as('services'),
        jsonArrayFrom(
          inner
            .selectFrom('working_hours')
            .select([
              'working_hours.weekday',
              sql<string>`to_char(working_hours.from_time, 'HH24:MI')`.as('from'),
              sql<string>`to_char(working_hours.to_time, 'HH24:MI')`.as('to'),
            ])
            .whereRef('working_hours.resource_id', '=', 'resources.id')
            .where('working_hours.business_id', '=', businessId),
        ).as('weeklyHours'),
      ])
      .where('resources.business_id', '=', businessId)
      .orderBy('resources.position'),
  );
}
