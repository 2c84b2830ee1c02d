/**
 * Every time a service could begin, date by date: the raw material of an offer. Thousands of starts are looked at for
 * one question, so the inner loops compare numbers, and a date is worked out only when it is asked for.
 */
import type { Calendar } from './calendar.ts';
import { hasReachedCap } from './candidates.ts';
import { blockedRange, type Catalog, MINUTE_MS, type Resource, type Service, type TimeRange } from './catalog.ts';
import { helpersOf } from './performers.ts';
import { type Day, dayOn } from './wall-clock.ts';
import { workingPeriodsOn } from './working-time.ts';

/** One start time and everyone who is free for it, with whatever else the service needs being free as well. */
export interface FreeStart {
  readonly startMs: number;
  readonly day: Day;
  readonly resources: readonly Resource[];
}

export interface FreeStarts {
  dayOn(date: Temporal.PlainDate): Day;
  /** The free starts of one date, soonest first. */
  on(date: Temporal.PlainDate): readonly FreeStart[];
  /** From the first to the last moment one of the performers works on that date; nothing when nobody does. */
  workingDay(date: Temporal.PlainDate): TimeRange | undefined;
}

export interface FreeStartsQuestion {
  readonly catalog: Catalog;
  readonly service: Service;
  /** Those who may be offered: whoever performs the service, or those of them who were asked for. */
  readonly performers: readonly Resource[];
  readonly calendar: Calendar;
  /** No start before this. Epoch milliseconds. */
  readonly earliestStartMs: number;
}

/**
 * The appointment itself lies within working time; its buffers only keep other appointments away, so the first of a day
 * may begin with the day.
 */
export function createFreeStarts(question: FreeStartsQuestion): FreeStarts {
  const { catalog, service, performers } = question;
  const { rules } = catalog;
  const pools = helpersOf(service, catalog);
  const periodsOf = remembered((date: Temporal.PlainDate) => {
    const day = dayOn(date, rules.timeZone);
    return { day, of: rememberedBy((one: Resource) => workingPeriodsOn(day, rules, one)) };
  });
  const on = remembered((date) => {
    const { day, of } = periodsOf(date);
    return freeStartsOn(question, pools, day, of);
  });
  return {
    dayOn: (date) => periodsOf(date).day,
    on,
    workingDay(date) {
      const periods = performers.flatMap((one) => periodsOf(date).of(one));
      if (periods.length === 0) return undefined;
      return {
        fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...periods.map(({ toMs }) => toMs)),
      };
    },
  };
}

type PeriodsOf = (resource: Resource) => readonly TimeRange[];

function freeStartsOn(
  question: FreeStartsQuestion,
  pools: readonly (readonly Resource[])[],
  day: Day,
  periodsOf: PeriodsOf,
): FreeStart[] {
  const { catalog, service, performers, calendar } = question;
  const { granularityMinutes, maxPerDay } = catalog.rules;
  if (day.toMs <= question.earliestStartMs) return [];
  if (maxPerDay !== null && calendar.starts(day) >= maxPerDay) return [];
  const helpersAt = createHelpers(question, pools, day, periodsOf);
  const free = new Map<number, Resource[]>();
  for (const resource of performers) {
    if (hasReachedCap(resource, calendar, day)) continue;
    for (const period of periodsOf(resource)) {
      for (const startMs of freeIn(period, resource, service, granularityMinutes, calendar)) {
        if (startMs < question.earliestStartMs || !helpersAt(startMs, resource)) continue;
        const others = free.get(startMs);
        if (others) others.push(resource);
        else free.set(startMs, [resource]);
      }
    }
  }
  return [...free]
    .map(([startMs, resources]) => ({ startMs, day, resources }))
    .sort((one, other) => one.startMs - other.startMs);
}

/** The starts on the period's grid at which an appointment still ends inside it, and meets nothing that is taken. */
function* freeIn(
  period: TimeRange,
  { resourceId }: Resource,
  service: Service,
  gridMinutes: number,
  calendar: Calendar,
) {
  const lastMs = period.toMs - service.durationMinutes * MINUTE_MS;
  const beforeMs = service.bufferBeforeMinutes * MINUTE_MS;
  const afterMs = (service.durationMinutes + service.bufferAfterMinutes) * MINUTE_MS;
  // Both the starts and what is taken come in order of time, so one pass over both is enough.
  let { ranges, index } = calendar.takenFrom(resourceId, period.fromMs - beforeMs);
  for (let startMs = period.fromMs; startMs <= lastMs; startMs += gridMinutes * MINUTE_MS) {
    let taken = ranges[index];
    while (taken && taken.toMs <= startMs - beforeMs) taken = ranges[++index];
    if (!taken || taken.fromMs >= startMs + afterMs) yield startMs;
  }
}

/** Whether, beside a performer, one of each kind the service needs is there and free. */
function createHelpers(
  { service, calendar }: FreeStartsQuestion,
  pools: readonly (readonly Resource[])[],
  day: Day,
  periodsOf: PeriodsOf,
): (startMs: number, performer: Resource) => boolean {
  if (pools.length === 0) return () => true;
  const able = pools.map((pool) => pool.filter((one) => !hasReachedCap(one, calendar, day)));
  const freeAt = rememberedBy((startMs: number) => {
    const blocked = blockedRange(service, startMs);
    const endMs = startMs + service.durationMinutes * MINUTE_MS;
    return able.map((pool) =>
      pool.filter(
        (one) =>
          periodsOf(one).some(({ fromMs, toMs }) => fromMs <= startMs && endMs <= toMs) &&
          calendar.isFree(one.resourceId, blocked),
      ),
    );
  });
  return (startMs, performer) => freeAt(startMs).every((pool) => pool.some((one) => one !== performer));
}

function remembered<Value>(work: (date: Temporal.PlainDate) => Value): (date: Temporal.PlainDate) => Value {
  const known = new Map<string, Value>();
  return (date) => {
    const key = date.toString();
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const value = work(date);
    known.set(key, value);
    return value;
  };
}

function rememberedBy<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const value = work(key);
    known.set(key, value);
    return value;
  };
}
