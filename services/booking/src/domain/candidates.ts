/** Whom an appointment can take up: one who performs it, and one of each kind it needs beside, all of them free. */
import { type Calendar, createCalendar } from './calendar.ts';
import { blockedRange, type Catalog, MINUTE_MS, type Resource, type Service } from './catalog.ts';
import { inFairOrder } from './fair-order.ts';
import { helpersOf, performersOf } from './performers.ts';
import { type Day, dayOf } from './wall-clock.ts';
import { workingPeriodsOn } from './working-time.ts';

export interface Combination {
  /** Whom the customer meets. */
  readonly resource: Resource;
  /** What else the appointment takes up, one of each kind the service needs. */
  readonly also: readonly Resource[];
}

export interface AskedFor {
  /** Alone: nobody else. With `anyResource`: this one first, then the others in fair order. */
  readonly resourceId?: string | undefined;
  readonly anyResource?: boolean | undefined;
  /** None of these, whatever the calendar says. */
  readonly without?: ReadonlySet<string> | undefined;
}

/**
 * Every combination that can take an appointment of this service at this time, the one to be preferred first.
 * Lazy, because two or three are looked at as a rule, and there can be thousands.
 *
 * @param calendar the times taken on that date (and around it); without it everybody who works then counts as free.
 *   Whoever has reached their number of appointments by it is left out; the business's own number is not looked at.
 */
export function* candidatesFor(
  catalog: Catalog,
  service: Service,
  startMs: number,
  { resourceId, anyResource = resourceId === undefined, without }: AskedFor,
  calendar: Calendar = createCalendar([]),
): Generator<Combination> {
  const { rules } = catalog;
  const day = dayOf(startMs, rules.timeZone);
  const blocked = blockedRange(service, startMs);
  const hasTime = (resource: Resource) =>
    !without?.has(resource.resourceId) &&
    calendar.isFree(resource.resourceId, blocked) &&
    !hasReachedCap(resource, calendar, day);
  const able = performersOf(service, catalog).filter(
    (resource) =>
      (anyResource || resource.resourceId === resourceId) &&
      couldBeginAt(resource, catalog, service, day, startMs) &&
      hasTime(resource),
  );
  const helpers = helpersOf(service, catalog).map((pool) =>
    pool.filter((resource) => worksThroughout(resource, catalog, service, day, startMs) && hasTime(resource)),
  );
  const fair = inFairOrder(able, { rules, calendar, day });
  const ordered = [
    ...fair.filter((one) => one.resourceId === resourceId),
    ...fair.filter((one) => one.resourceId !== resourceId),
  ];
  for (const resource of ordered) for (const also of oneOfEach(helpers, resource)) yield { resource, also };
}

export function hasReachedCap({ resourceId, maxPerDay }: Resource, calendar: Calendar, day: Day): boolean {
  return maxPerDay !== null && calendar.startsOf(resourceId, day) >= maxPerDay;
}

/** Whether the appointment lies within one working period of the performer, and its start on the grid of that period. */
export function couldBeginAt(
  resource: Resource,
  catalog: Catalog,
  service: Service,
  day: Day,
  startMs: number,
): boolean {
  const period = periodAround(resource, catalog, service, day, startMs);
  return period !== undefined && (startMs - period.fromMs) % (catalog.rules.granularityMinutes * MINUTE_MS) === 0;
}

/** Whether the appointment lies within one working period: what is asked of a room, which has no grid of its own. */
export function worksThroughout(
  resource: Resource,
  catalog: Catalog,
  service: Service,
  day: Day,
  startMs: number,
): boolean {
  return periodAround(resource, catalog, service, day, startMs) !== undefined;
}

function periodAround(resource: Resource, { rules }: Catalog, service: Service, day: Day, startMs: number) {
  const endMs = startMs + service.durationMinutes * MINUTE_MS;
  return workingPeriodsOn(day, rules, resource).find(({ fromMs, toMs }) => fromMs <= startMs && endMs <= toMs);
}

/** Every way to take one of each pool, none of them the performer. Pools of different kinds have nobody in common. */
function* oneOfEach(pools: readonly (readonly Resource[])[], performer: Resource): Generator<Resource[]> {
  const [pool, ...rest] = pools;
  if (!pool) {
    yield [];
    return;
  }
  for (const one of pool) {
    if (one === performer) continue;
    for (const others of oneOfEach(rest, performer)) yield [one, ...others];
  }
}
