/** Small arbitrary businesses around days on which clocks do odd things. */
import fc from 'fast-check';
import { type BusyRange, MINUTE_MS, type Period, type Resource } from './catalog.ts';
import { catalog, resource, service } from './testing.ts';

/**
 * Changes of an hour and of half an hour, both ways; at midnight, so that a date begins at one or has two of its first
 * hour; zones off by half and three quarters of an hour; dates that never were, and zones on either side of that line.
 */
const days = fc.constantFrom(
  ['America/Chicago', '2026-03-08'],
  ['America/Chicago', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2027-04-04'],
  ['Australia/Adelaide', '2026-10-04'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Asia/Beirut', '2026-03-29'],
  ['America/Havana', '2026-11-01'],
  ['Atlantic/Azores', '2026-10-25'],
  ['Asia/Kathmandu', '2026-06-15'],
  ['Asia/Kolkata', '2026-06-15'],
  ['Pacific/Kiritimati', '2026-12-31'],
  ['Pacific/Kiritimati', '1994-12-31'],
  ['Pacific/Pago_Pago', '2026-12-31'],
  ['Pacific/Apia', '2011-12-30'],
) satisfies fc.Arbitrary<[string, string]>;

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** One or two working periods, anywhere in the day, also in the hours in which clocks change. */
const hours = fc
  .uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 2, maxLength: 4 })
  .map((quarters) => quarters.sort((one, other) => one - other).map((quarter) => clock(quarter * 15)))
  .map((times): Period[] =>
    [times.slice(0, 2), times.slice(2, 4)].flatMap(([from, to]) => (from && to ? [{ from, to }] : [])),
  );

const cap = fc.constantFrom(null, null, null, null, 1, 2);

const somebody = fc.record({
  kind: fc.constantFrom('staff', 'staff', 'room', 'equipment'),
  hours,
  /** How many days after the first its exceptions are, and the hours then. */
  exceptions: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.option(hours)), {
    maxLength: 2,
    selector: ([day]) => day,
  }),
  skilled: fc.constantFrom(true, true, false),
  listed: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  maxPerDay: cap,
});

export const business = fc
  .record({
    day: days,
    people: fc.array(somebody, { minLength: 2, maxLength: 6 }),
    durationMinutes: fc.constantFrom(15, 30, 45, 60, 90),
    bufferBeforeMinutes: fc.constantFrom(0, 0, 10, 30),
    bufferAfterMinutes: fc.constantFrom(0, 0, 15),
    granularityMinutes: fc.constantFrom(15, 20, 30, 60),
    minNoticeMinutes: fc.constantFrom(0, 120, 1_500),
    maxPerDay: cap,
    needsSkill: fc.constantFrom(false, false, true),
    alsoNeeds: fc.constantFrom<Resource['kind'][]>([], [], ['room'], ['staff'], ['room', 'equipment']),
    taken: fc.array(
      fc.record({
        who: fc.nat(5),
        also: fc.option(fc.nat(5)),
        quarter: fc.integer({ min: 0, max: 5 * 24 * 4 }),
        quarters: fc.integer({ min: 1, max: 8 }),
        beginsMinutesLater: fc.constantFrom(0, 0, 10),
      }),
      { maxLength: 12 },
    ),
    hourOfNow: fc.integer({ min: 0, max: 23 }),
    closed: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 1 }),
  })
  .map(({ day: [timeZone, date], people, needsSkill, alsoNeeds, hourOfNow, closed, ...rest }) => {
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, granularityMinutes, minNoticeMinutes } = rest;
    const first = Temporal.PlainDate.from(date).subtract({ days: 1 });
    const dayAfter = (ahead: number) => first.add({ days: ahead }).toString();
    const resources = people.map((person, index) =>
      resource(`R${index}`, {
        kind: person.kind,
        serviceIds: [person.listed ? 'tune-up' : 'other'],
        skills: person.skilled ? ['Boilers'] : [],
        weeklyHours: [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => person.hours.map((period) => ({ weekday, ...period }))),
        exceptions: person.exceptions.map(([ahead, other]) => ({
          from: dayAfter(ahead),
          until: dayAfter(ahead),
          hours: other ?? [],
        })),
        maxPerDay: person.maxPerDay,
      }),
    );
    const wanted = service({
      durationMinutes,
      bufferBeforeMinutes,
      bufferAfterMinutes,
      alsoNeeds,
      skills: needsSkill ? ['boilers'] : [],
    });
    const rules = { timeZone, granularityMinutes, minNoticeMinutes, maxPerDay: rest.maxPerDay, horizonDays: 3 };
    return {
      catalog: catalog({
        rules: { ...rules, closedDates: new Set(closed.map(dayAfter)) },
        services: [wanted],
        resources,
      }),
      service: wanted,
      busy: takenTimes(resources, rest.taken, first.toZonedDateTime(timeZone).epochMilliseconds),
      now: first.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour: hourOfNow }) }).toInstant(),
    };
  });

export type Business = typeof business extends fc.Arbitrary<infer Made> ? Made : never;

interface Taken {
  readonly who: number;
  readonly also: number | null;
  readonly quarter: number;
  readonly quarters: number;
  readonly beginsMinutesLater: number;
}

/** As the database keeps them: ranges of one resource exclude each other, and an appointment can take up two. */
function takenTimes(resources: readonly Resource[], taken: readonly Taken[], firstMs: number): BusyRange[] {
  const busy: BusyRange[] = [];
  for (const [index, { who, also, quarter, quarters, beginsMinutesLater }] of taken.entries()) {
    const fromMs = firstMs + quarter * 15 * MINUTE_MS;
    const owners = new Set([who, also ?? who].map((number) => resources[number % resources.length]?.resourceId ?? ''));
    for (const resourceId of owners) {
      const range = {
        resourceId,
        appointmentId: `appointment-${index}`,
        fromMs,
        toMs: fromMs + quarters * 15 * MINUTE_MS,
        startMs: fromMs + beginsMinutesLater * MINUTE_MS,
      };
      const excluded = (other: BusyRange) =>
        other.resourceId === resourceId && other.fromMs < range.toMs && range.fromMs < other.toMs;
      if (!busy.some(excluded)) busy.push(range);
    }
  }
  return busy;
}
