/**
 * Random staff, hours, buffers, grids, holidays and appointments around the days on which clocks change, against an oracle that
 * knows no arithmetic: it walks through time minute by minute and reads the wall clock. Pins that every offered slot can
 * be booked, that every free time is offered, and that no two of them could overlap an appointment.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockedRange, type Catalog, MINUTE_MS, type Resource } from './catalog.ts';
import { checkSlot } from './check-slot.ts';
import { offerSlots } from './offer.ts';
import { business, overlaps } from './testing.ts';

const anything = { day: 'any', week: 'any', partOfDay: 'any' } as const;

describe('around a clock change', () => {
  it('offers exactly the times at which somebody works, is free, and could begin', () => {
    fc.assert(
      fc.property(business, (shop) => {
        const { slots } = offerSlots({ ...shop, wish: anything, limit: 10_000 });
        const offered = slots.map(({ startMs }) => startMs);
        expect(offered).toEqual(freeStartsByWalking(shop));
      }),
      { numRuns: 60 },
    );
  });

  it('offers nothing that the booking would then refuse, or that would overlap', () => {
    fc.assert(
      fc.property(business, ({ catalog, service, busy, now }) => {
        const { slots } = offerSlots({ catalog, service, busy, now, wish: anything, limit: 200 });
        for (const { startMs, resource } of slots) {
          const wanted = { serviceId: service.serviceId, resourceId: resource.resourceId, startMs };
          expect(checkSlot(catalog, wanted, now)).toMatchObject({ ok: true });
          const blocked = blockedRange(service, startMs);
          const own = busy.filter(({ resourceId }) => resourceId === resource.resourceId);
          expect(own.some((range) => overlaps(range, blocked))).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });
});

type Shop = typeof business extends fc.Arbitrary<infer Made> ? Made : never;

function freeStartsByWalking({ catalog, service, busy, now }: Shop): number[] {
  const minutes = minutesOf(catalog, now).filter(({ date }) => !catalog.rules.closedDates.has(date));
  const starts = new Set<number>();
  for (const resource of catalog.resources) {
    for (const period of periodsByWalking(minutes, resource)) {
      period.forEach((startMs, index) => {
        const fits = period.length - index >= service.durationMinutes;
        const onGrid = index % catalog.rules.granularityMinutes === 0;
        const inTime = startMs - now.epochMilliseconds >= catalog.rules.minNoticeMinutes * MINUTE_MS;
        const blocked = blockedRange(service, startMs);
        const free = !busy.some((range) => range.resourceId === resource.resourceId && overlaps(range, blocked));
        if (fits && onGrid && inTime && free) starts.add(startMs);
      });
    }
  }
  return [...starts].sort((one, other) => one - other);
}

interface Minute {
  readonly ms: number;
  readonly date: string;
  readonly weekday: number;
  readonly time: string;
}

/** Every minute from the beginning of today to the end of the horizon, with what the wall clock shows. */
function minutesOf({ rules }: Catalog, now: Temporal.Instant): Minute[] {
  const today = now.toZonedDateTimeISO(rules.timeZone).startOfDay();
  const endMs = today.add({ days: rules.horizonDays + 1 }).epochMilliseconds;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: rules.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const minutes: Minute[] = [];
  for (let ms = today.epochMilliseconds; ms < endMs; ms += MINUTE_MS) {
    const [date = '', time = ''] = format.format(ms).split(', ');
    minutes.push({ ms, date, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() || 7, time });
  }
  return minutes;
}

/** A period runs from the first minute of its date that shows its beginning (or later) to the first that shows its end. */
function periodsByWalking(minutes: readonly Minute[], resource: Resource): number[][] {
  return Object.values(Object.groupBy(minutes, ({ date }) => date)).flatMap((day = []) =>
    resource.weeklyHours
      .filter(({ weekday }) => weekday === day[0]?.weekday)
      .map(({ from, to }) => {
        const first = day.findIndex(({ time }) => time >= from);
        const end = day.findIndex(({ time }) => time >= to);
        return first < 0 ? [] : day.slice(first, end < 0 ? undefined : end).map(({ ms }) => ms);
      }),
  );
}
