import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BookingRules, Service, WeeklyPeriod } from '../domain/catalog.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export interface RulesChange extends Omit<BookingRules, 'closedDates'> {
  readonly closedDates: readonly { readonly date: string; readonly name?: string | undefined }[];
}

export async function putRules(tx: Tx, businessId: string, rules: RulesChange): Promise<void> {
  const values = {
    time_zone: rules.timeZone,
    min_notice_minutes: rules.minNoticeMinutes,
    horizon_days: rules.horizonDays,
    granularity_minutes: rules.granularityMinutes,
    closed_dates: JSON.stringify(rules.closedDates),
  };
  await tx
    .insertInto('rules')
    .values({ business_id: businessId, ...values })
    .onConflict((conflict) => conflict.column('business_id').doUpdateSet(values))
    .execute();
}

/** Adds the service or changes the one of that name, whatever its capitals. @returns its id */
export async function putService(tx: Tx, businessId: string, service: Omit<Service, 'serviceId'>): Promise<string> {
  const values = {
    name: service.name,
    description: service.description,
    duration_minutes: service.durationMinutes,
    buffer_before_minutes: service.bufferBeforeMinutes,
    buffer_after_minutes: service.bufferAfterMinutes,
    price_text: service.priceText,
  };
  const row = await tx
    .insertInto('services')
    .values({ business_id: businessId, ...values })
    .onConflict((conflict) => conflict.expression(sameName).doUpdateSet(values))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface ResourceChange {
  readonly name: string;
  readonly serviceIds: readonly string[];
  readonly weeklyHours: readonly WeeklyPeriod[];
}

/** Adds the resource or replaces the services and hours of the one of that name. @returns its id */
export async function putResource(tx: Tx, businessId: string, resource: ResourceChange): Promise<string> {
  // The upsert locks the row, so two changes of one resource replace its parts one after the other.
  const { id } = await tx
    .insertInto('resources')
    .values({ business_id: businessId, name: resource.name })
    .onConflict((conflict) => conflict.expression(sameName).doUpdateSet({ name: resource.name }))
    .returning('id')
    .executeTakeFirstOrThrow();
  const owner = { business_id: businessId, resource_id: id };
  for (const table of ['resource_services', 'working_hours'] as const) {
    await tx.deleteFrom(table).where('business_id', '=', businessId).where('resource_id', '=', id).execute();
  }
  await tx
    .insertInto('resource_services')
    .values([...new Set(resource.serviceIds)].map((serviceId) => ({ ...owner, service_id: serviceId })))
    .execute();
  await tx
    .insertInto('working_hours')
    .values(resource.weeklyHours.map(({ weekday, from, to }) => ({ ...owner, weekday, from_time: from, to_time: to })))
    .execute();
  return id;
}

/** The unique indexes on names are on this expression. */
const sameName = sql<string>`business_id, lower(name)`;
