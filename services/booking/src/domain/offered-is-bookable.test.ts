/**
 * Random staff and rooms, hours with breaks, exceptions, skills, buffers, grids, holidays, caps and appointments around
 * the days on which clocks change, against an oracle that shares nothing with the code but its types and knows no
 * arithmetic of time: it walks through it minute by minute and reads the wall clock. Pins that every offered slot can be
 * booked, and that every slot that can be booked is offered.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';
import { candidatesFor } from './candidates.ts';
import type { Resource } from './catalog.ts';
import { checkSlot } from './check-slot.ts';
import { offerSlots } from './offer.ts';
import { type Business, business } from './testing-business.ts';

const anything = { day: 'any', week: 'any', partOfDay: 'any' } as const;
const A_MINUTE = 60_000;

it('offers exactly the times at which everything it takes is there, works and is free', () => {
  fc.assert(
    fc.property(business, (shop) => {
      const offer = offerSlots({ ...shop, wish: anything, limit: 10_000 });
      const slots = offer.ok ? offer.slots : [];
      const expected = freeByWalking(shop);
      expect(slots.map(({ startMs }) => startMs)).toEqual([...expected.keys()].sort((one, other) => one - other));
      for (const { startMs, resource } of slots) expect(expected.get(startMs)).toContain(resource.resourceId);
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('books exactly what it offers, with each of those who are free', () => {
  fc.assert(
    fc.property(business, fc.integer({ min: 0, max: 14 }), (made, offGridMinutes) => {
      // That a date is full is found by counting, in the booking transaction.
      const rules = { ...made.catalog.rules, maxPerDay: null };
      const shop = { ...made, catalog: { ...made.catalog, rules } };
      const { catalog, service, busy, now } = shop;
      const calendar = createCalendar(busy);
      const expected = freeByWalking(shop);
      const bookable = (startMs: number, { resourceId }: Resource) => {
        const check = checkSlot(catalog, { serviceId: service.serviceId, resourceId, startMs }, now);
        const [first] = check.ok ? candidatesFor(catalog, service, startMs, { resourceId }, calendar) : [];
        return first !== undefined;
      };
      const quarter = 15 * A_MINUTE;
      const fromMs = now.epochMilliseconds - (now.epochMilliseconds % quarter);
      // Sooner than the notice an older offer stays good for a while: that is not asked here.
      const noticeMs = catalog.rules.minNoticeMinutes * A_MINUTE;
      for (let startMs = fromMs + noticeMs; startMs < fromMs + noticeMs + 2 * 96 * quarter; startMs += 5 * A_MINUTE) {
        if (startMs < now.epochMilliseconds + noticeMs) continue;
        for (const resource of catalog.resources) {
          const free = expected.get(startMs)?.has(resource.resourceId) ?? false;
          if (bookable(startMs, resource) !== free) {
            expect({ startMs, resource: resource.name, free }).toEqual('what the booking says');
          }
        }
      }
      for (const [startMs, resources] of expected) {
        const [resource] = catalog.resources.filter(({ resourceId }) => resources.has(resourceId));
        if (resource) expect(bookable(startMs + offGridMinutes * A_MINUTE + 1, resource)).toBe(false);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

interface Minute {
  readonly ms: number;
  readonly date: string;
  readonly weekday: number;
  readonly time: string;
}

/** Every start at which the service could be had, with the ids of those who could perform it. */
function freeByWalking({ catalog, service, busy, now }: Business): Map<number, Set<string>> {
  const { rules, resources } = catalog;
  const dates = datesOf(rules.timeZone, now, rules.horizonDays);
  const taken = new Set<string>();
  for (const { resourceId, fromMs, toMs } of busy) {
    for (let ms = fromMs; ms < toMs; ms += A_MINUTE) taken.add(`${resourceId} ${ms}`);
  }
  const free = new Map<number, Set<string>>();
  for (const minutes of dates) {
    const inDate = new Set(minutes.map(({ ms }) => ms));
    const begun = busy.filter(({ startMs }) => inDate.has(startMs));
    const isFull = rules.maxPerDay !== null && new Set(begun.map((one) => one.appointmentId)).size >= rules.maxPerDay;
    if (isFull || rules.closedDates.has(minutes[0]?.date ?? '')) continue;
    const hasTimeAt = ({ resourceId, maxPerDay }: Resource, startMs: number) => {
      if (maxPerDay !== null && begun.filter((one) => one.resourceId === resourceId).length >= maxPerDay) return false;
      const lastMs = startMs + (service.durationMinutes + service.bufferAfterMinutes) * A_MINUTE;
      for (let ms = startMs - service.bufferBeforeMinutes * A_MINUTE; ms < lastMs; ms += A_MINUTE) {
        if (taken.has(`${resourceId} ${ms}`)) return false;
      }
      return true;
    };
    const lists = ({ serviceIds }: Resource) => serviceIds.some((id) => id === service.serviceId);
    const periods = new Map(resources.map((one) => [one, periodsByWalking(minutes, one)]));
    const isThere = (one: Resource, startMs: number) =>
      periods.get(one)?.some((period) => {
        const at = period.indexOf(startMs);
        return at >= 0 && period.length - at >= service.durationMinutes;
      }) ?? false;
    for (const performer of resources) {
      const beside = performer.kind !== 'staff' && service.alsoNeeds.some((kind) => kind === performer.kind);
      const unable = service.skills.length > 0 && performer.skills.length === 0;
      if (!lists(performer) || beside || unable) continue;
      for (const period of periods.get(performer) ?? []) {
        for (let at = 0; at + service.durationMinutes <= period.length; at += rules.granularityMinutes) {
          const startMs = period[at] ?? 0;
          if (startMs < now.epochMilliseconds + rules.minNoticeMinutes * A_MINUTE) continue;
          if (!hasTimeAt(performer, startMs)) continue;
          const helped = service.alsoNeeds.every((kind) =>
            resources.some(
              (one) =>
                one.kind === kind &&
                one !== performer &&
                lists(one) &&
                isThere(one, startMs) &&
                hasTimeAt(one, startMs),
            ),
          );
          if (helped) free.set(startMs, (free.get(startMs) ?? new Set()).add(performer.resourceId));
        }
      }
    }
  }
  return free;
}

const walked = new Map<string, Minute[][]>();

/** The minutes of every date from today to the end of the horizon, with what the wall clock shows. */
function datesOf(timeZone: string, now: Temporal.Instant, horizonDays: number): Minute[][] {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const last = today.add({ days: horizonDays }).toString();
  const key = `${timeZone} ${today}`;
  const known = walked.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const dates = new Map<string, Minute[]>();
  // From a day before, because the walk finds by itself where today begins.
  const startMs = Math.floor(now.epochMilliseconds / A_MINUTE) * A_MINUTE - 26 * 60 * A_MINUTE;
  for (let ms = startMs; ms < startMs + (horizonDays + 4) * 24 * 60 * A_MINUTE; ms += A_MINUTE) {
    const [date = '', time = ''] = format.format(ms).split(', ');
    if (date < today.toString() || date > last) continue;
    const minute = { ms, date, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() || 7, time };
    const others = dates.get(date);
    if (others) others.push(minute);
    else dates.set(date, [minute]);
  }
  const found = [...dates.values()];
  walked.set(key, found);
  return found;
}

/** A period runs from the first minute of its date that shows its beginning (or later) to the first that shows its end. */
function periodsByWalking(minutes: readonly Minute[], { exceptions, weeklyHours }: Resource): number[][] {
  const { date = '', weekday } = minutes[0] ?? {};
  const other = exceptions.find(({ from, until }) => from <= date && date <= until);
  const hours = other?.hours ?? weeklyHours.filter((period) => period.weekday === weekday);
  return hours.map(({ from, to }) => {
    const first = minutes.findIndex(({ time }) => time >= from);
    const end = minutes.findIndex(({ time }) => time >= to);
    return first < 0 ? [] : minutes.slice(first, end < 0 ? undefined : end).map(({ ms }) => ms);
  });
}
