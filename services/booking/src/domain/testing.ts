/** Catalogs and arbitrary businesses for the tests of this folder. */
import fc from 'fast-check';
import { type BusyRange, type Catalog, MINUTE_MS, type Resource, type Service } from './catalog.ts';

export function service(overrides: Partial<Service> = {}): Service {
  return {
    serviceId: 'tune-up',
    name: 'Tune-up',
    description: '',
    durationMinutes: 60,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    priceText: null,
    ...overrides,
  };
}

/** Works 09:00 to 17:00 every day unless told otherwise. */
export function resource(name: string, overrides: Partial<Resource> = {}): Resource {
  return {
    resourceId: name.toLowerCase(),
    name,
    serviceIds: ['tune-up'],
    weeklyHours: everyDay('09:00', '17:00'),
    ...overrides,
  };
}

export function everyDay(from: string, to: string): Resource['weeklyHours'] {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, to }));
}

export function catalog(
  overrides: Partial<Omit<Catalog, 'rules'>> & { rules?: Partial<Catalog['rules']> } = {},
): Catalog {
  const { rules, ...rest } = overrides;
  return {
    rules: {
      timeZone: 'America/Chicago',
      minNoticeMinutes: 0,
      horizonDays: 14,
      granularityMinutes: 30,
      closedDates: new Set(),
      ...rules,
    },
    services: [service()],
    resources: [resource('Dana')],
    ...rest,
  };
}

/** Days on which clocks change in zones with changes of an hour, of half an hour, at midnight, and of none at all. */
export const changeDays = fc.constantFrom(
  ['America/Chicago', '2026-03-08'],
  ['America/Chicago', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2027-04-04'],
  ['America/Santiago', '2026-09-06'],
  ['America/Havana', '2026-11-01'],
  ['Asia/Kathmandu', '2026-06-15'],
  ['Pacific/Kiritimati', '2026-12-31'],
  ['Pacific/Apia', '2011-12-30'],
) satisfies fc.Arbitrary<[string, string]>;

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Up to two working periods, anywhere in the day, also in the hours in which clocks change. */
const dayHours = fc
  .uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 2, maxLength: 4 })
  .map((quarters) => quarters.sort((one, other) => one - other).map((quarter) => clock(quarter * 15)))
  .map((times) => {
    const periods = [{ from: times[0] ?? '00:00', to: times[1] ?? '00:15' }];
    if (times[2] && times[3]) periods.push({ from: times[2], to: times[3] });
    return periods;
  });

/** A small business around a day on which the clocks change, with appointments already made and days it is closed. */
export const business = fc
  .record({
    day: changeDays,
    hours: fc.array(dayHours, { minLength: 1, maxLength: 3 }),
    durationMinutes: fc.constantFrom(15, 30, 45, 60, 90),
    bufferBeforeMinutes: fc.constantFrom(0, 0, 10, 30),
    bufferAfterMinutes: fc.constantFrom(0, 0, 15),
    granularityMinutes: fc.constantFrom(15, 20, 30, 60),
    minNoticeMinutes: fc.constantFrom(0, 120, 1_500),
    taken: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 4 * 24 * 4 }), fc.integer({ min: 1, max: 8 })), {
      maxLength: 12,
    }),
    hourOfNow: fc.integer({ min: 0, max: 23 }),
    closed: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  })
  .map(({ day: [timeZone, date], hours, taken, hourOfNow, closed, ...rest }) => {
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, granularityMinutes, minNoticeMinutes } = rest;
    const dayBefore = Temporal.PlainDate.from(date).subtract({ days: 1 });
    const now = dayBefore.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour: hourOfNow }) });
    const resources = hours.map((periods, index) =>
      resource(`R${index}`, {
        weeklyHours: [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => periods.map((period) => ({ weekday, ...period }))),
      }),
    );
    const wanted = service({ durationMinutes, bufferBeforeMinutes, bufferAfterMinutes });
    const midnightMs = dayBefore.toZonedDateTime(timeZone).epochMilliseconds;
    const closedDates = new Set(closed.map((days) => dayBefore.add({ days }).toString()));
    const busy: BusyRange[] = [];
    for (const [who, quarter, length] of taken) {
      const owner = resources[who % resources.length];
      const fromMs = midnightMs + quarter * 15 * MINUTE_MS;
      const range = { resourceId: owner?.resourceId ?? '', fromMs, toMs: fromMs + length * 15 * MINUTE_MS };
      // As the database keeps them: ranges of one resource exclude each other.
      if (!busy.some((other) => overlaps(other, range) && other.resourceId === range.resourceId)) busy.push(range);
    }
    return {
      catalog: catalog({
        rules: { timeZone, granularityMinutes, minNoticeMinutes, horizonDays: 3, closedDates },
        services: [wanted],
        resources,
      }),
      service: wanted,
      busy,
      now: now.toInstant(),
    };
  });

export function overlaps(one: { fromMs: number; toMs: number }, other: { fromMs: number; toMs: number }): boolean {
  return one.fromMs < other.toMs && other.fromMs < one.toMs;
}
