import type { BookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import type { ResourceDefinition } from '@frontdesk/contracts/booking/put-resource';
import type { ServiceDefinition } from '@frontdesk/contracts/booking/put-service';
import { WireError } from '@frontdesk/contracts/wire-error';
import { isUniqueViolation, type TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export async function putRules(tx: Tx, businessId: string, rules: BookingRules): Promise<void> {
  const values = {
    time_zone: rules.timeZone,
    min_notice_minutes: rules.minNoticeMinutes,
    horizon_days: rules.horizonDays,
    granularity_minutes: rules.granularityMinutes,
    closed_dates: JSON.stringify(rules.closedDates),
    max_per_day: rules.maxPerDay,
    assignment: rules.assignment,
    change_notice_minutes: rules.changeNoticeMinutes,
    late_changes: rules.lateChanges,
    late_change_note: rules.lateChangeNote,
  };
  await tx
    .insertInto('rules')
    .values({ business_id: businessId, ...values })
    .onConflict((conflict) => conflict.column('business_id').doUpdateSet(values))
    .execute();
}

/**
 * Changes the service of that id, its name included; without an id, adds it or changes the one of that name, whatever
 * its capitals.
 * @returns its id
 * @throws WireError `not_found`: no such id; `conflict`: another one has the name
 */
export async function putService(
  tx: Tx,
  businessId: string,
  service: ServiceDefinition,
  serviceId?: string,
): Promise<string> {
  const values = {
    name: service.name,
    description: service.description,
    duration_minutes: service.durationMinutes,
    buffer_before_minutes: service.bufferBeforeMinutes,
    buffer_after_minutes: service.bufferAfterMinutes,
    price_text: service.priceText,
    skills: service.skills,
    also_needs: service.alsoNeeds,
    place: service.place,
  };
  return named('service', service.name, async () => {
    if (serviceId !== undefined) {
      return tx
        .updateTable('services')
        .set(values)
        .where('business_id', '=', businessId)
        .where('id', '=', serviceId)
        .where('retired_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
    }
    return tx
      .insertInto('services')
      .values({ business_id: businessId, ...values })
      .onConflict((conflict) => conflict.expression(sameName).where('retired_at', 'is', null).doUpdateSet(values))
      .returning('id')
      .executeTakeFirst();
  });
}

/** As {@link putService}; its services and hours are replaced. */
export async function putResource(
  tx: Tx,
  businessId: string,
  resource: ResourceDefinition,
  resourceId?: string,
): Promise<string> {
  const values = {
    name: resource.name,
    kind: resource.kind,
    skills: resource.skills,
    languages: resource.languages,
    exceptions: JSON.stringify(resource.exceptions),
    max_per_day: resource.maxPerDay,
  };
  // Either statement locks the row, so two changes of one resource replace its parts one after the other.
  const id = await named('resource', resource.name, async () => {
    if (resourceId !== undefined) {
      return tx
        .updateTable('resources')
        .set(values)
        .where('business_id', '=', businessId)
        .where('id', '=', resourceId)
        .where('retired_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
    }
    return tx
      .insertInto('resources')
      .values({ business_id: businessId, ...values })
      .onConflict((conflict) => conflict.expression(sameName).where('retired_at', 'is', null).doUpdateSet(values))
      .returning('id')
      .executeTakeFirst();
  });
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

/**
 * Takes it off the offer; what was booked stays.
 * @throws WireError `not_found`: there is none of that id, or it is retired already
 */
export async function retire(
  tx: Tx,
  businessId: string,
  { kind, id, now }: { kind: 'service' | 'resource'; id: string; now: Temporal.Instant },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable(kind === 'service' ? 'services' : 'resources')
    .set({ retired_at: now })
    .where('business_id', '=', businessId)
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new WireError('not_found', `there is no such ${kind}`);
}

/** The unique indexes on names are on this expression, of what is not retired. */
const sameName = sql<string>`business_id, lower(name)`;

async function named(
  kind: 'service' | 'resource',
  name: string,
  put: () => Promise<{ id: string } | undefined>,
): Promise<string> {
  try {
    const row = await put();
    if (row) return row.id;
  } catch (error) {
    if (!isUniqueViolation(error, `${kind}s_name`)) throw error;
    throw new WireError('conflict', `another ${kind} is called ${name}`);
  }
  throw new WireError('not_found', `there is no such ${kind}`);
}
