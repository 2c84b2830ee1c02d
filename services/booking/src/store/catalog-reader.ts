import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import { type ExpressionBuilder, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

const storedDates = z.array(z.object({ date: z.iso.date(), name: z.string().optional() }));
const storedExceptions = z.array(
  z.object({
    from: z.iso.date(),
    until: z.iso.date().optional(),
    hours: z.array(z.object({ from: z.string(), to: z.string() })),
    reason: z.string().optional(),
  }),
);

/** What is read although it is retired. */
export interface AlsoRetired {
  readonly serviceId?: string | undefined;
  readonly resourceId?: string | undefined;
}

/**
 * Everything but appointments as it was entered, in one query. Nothing retired but what is asked for. `rules` is null
 * before they are put.
 */
export async function readEntered(tx: Tx, businessId: string, also: AlsoRetired = {}) {
  const row = await tx
    .selectNoFrom((eb) => [
      rulesOf(eb, businessId).as('rules'),
      servicesOf(eb, businessId, also).as('services'),
      resourcesOf(eb, businessId, also).as('resources'),
    ])
    .executeTakeFirstOrThrow();
  return {
    rules: row.rules && { ...row.rules, closedDates: storedDates.parse(row.rules.closedDates) },
    services: row.services,
    resources: row.resources.map(({ offered, exceptions, ...resource }) => ({
      ...resource,
      serviceIds: offered.map(({ serviceId }) => serviceId),
      exceptions: storedExceptions.parse(exceptions),
    })),
  };
}

/**
 * What decisions are made from.
 * @throws WireError `not_found` for a business that has no booking rules
 */
export async function requireCatalog(tx: Tx, businessId: string, also?: AlsoRetired): Promise<Catalog> {
  const { rules, services, resources } = await readEntered(tx, businessId, also);
  if (!rules) throw new WireError('not_found', 'this business does not take appointments yet');
  return {
    rules: { ...rules, closedDates: new Set(rules.closedDates.map(({ date }) => date)) },
    services,
    resources: resources.map(({ exceptions, ...resource }) => ({
      ...resource,
      exceptions: exceptions.map(({ from, until = from, hours }) => ({ from, until, hours })),
    })),
  };
}

type Eb = ExpressionBuilder<BookingSchema, never>;

function rulesOf(eb: Eb, businessId: string) {
  return jsonObjectFrom(
    eb
      .selectFrom('rules')
      .select([
        'time_zone as timeZone',
        'min_notice_minutes as minNoticeMinutes',
        'horizon_days as horizonDays',
        'granularity_minutes as granularityMinutes',
        'closed_dates as closedDates',
        'max_per_day as maxPerDay',
        'assignment',
        'change_notice_minutes as changeNoticeMinutes',
        'late_changes as lateChanges',
        'late_change_note as lateChangeNote',
      ])
      .where('business_id', '=', businessId),
  );
}

function servicesOf(eb: Eb, businessId: string, { serviceId }: AlsoRetired) {
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
        'services.skills',
        'services.also_needs as alsoNeeds',
        'services.place',
      ])
      .where('services.business_id', '=', businessId)
      .where(isOffered('services', serviceId))
      .orderBy('services.position'),
  );
}

function resourcesOf(eb: Eb, businessId: string, { serviceId, resourceId }: AlsoRetired) {
  return jsonArrayFrom(
    eb
      .selectFrom('resources')
      .select((inner) => [
        'resources.id as resourceId',
        'resources.name',
        'resources.kind',
        'resources.skills',
        'resources.languages',
        'resources.exceptions',
        'resources.max_per_day as maxPerDay',
        jsonArrayFrom(
          inner
            .selectFrom('resource_services')
            .innerJoin('services', (join) =>
              join
                .onRef('services.business_id', '=', 'resource_services.business_id')
                .onRef('services.id', '=', 'resource_services.service_id'),
            )
            .select('services.id as serviceId')
            .whereRef('resource_services.resource_id', '=', 'resources.id')
            .where('resource_services.business_id', '=', businessId)
            .where(isOffered('services', serviceId))
            .orderBy('services.position'),
        ).as('offered'),
        jsonArrayFrom(
          inner
            .selectFrom('working_hours')
            .select([
              'working_hours.weekday',
              sql<string>`to_char(working_hours.from_time, 'HH24:MI')`.as('from'),
              sql<string>`to_char(working_hours.to_time, 'HH24:MI')`.as('to'),
            ])
            .whereRef('working_hours.resource_id', '=', 'resources.id')
            .where('working_hours.business_id', '=', businessId)
            .orderBy('working_hours.weekday')
            .orderBy('working_hours.from_time'),
        ).as('weeklyHours'),
        lastGivenMs(businessId).as('lastGivenMs'),
      ])
      .where('resources.business_id', '=', businessId)
      .where(isOffered('resources', resourceId))
      .orderBy('resources.position'),
  );
}

function isOffered(table: 'services' | 'resources', also: string | undefined) {
  const retiredAt = sql.ref(`${table}.retired_at`);
  return also === undefined
    ? sql<boolean>`${retiredAt} is null`
    : sql<boolean>`(${retiredAt} is null or ${sql.ref(`${table}.id`)} = ${also})`;
}

/** When each was last given an appointment, read only for a business where that decides whose turn it is. */
function lastGivenMs(businessId: string) {
  return sql<number | null>`case
    when exists (select from rules where rules.business_id = ${businessId} and rules.assignment = 'round_robin')
    then (
      select (extract(epoch from max(appointments.created_at)) * 1000)::float8 from appointments
      where appointments.business_id = ${businessId} and appointments.resource_id = resources.id
        and appointments.status <> 'cancelled')
    end`;
}
