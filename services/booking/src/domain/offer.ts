/**
 * Which of the free times a caller is offered: those that fit the wish, soonest first; or, when none does, the nearest
 * to it. Each start is offered once, with the least busy person who is free for it.
 */
import { type Calendar, createCalendar } from './calendar.ts';
import type { BusyRange, Catalog, Resource, Service, TimeRange } from './catalog.ts';
import { datesOf, type FreeStart, freeStartsOn, resourcesFor } from './free-starts.ts';
import { offerWindow } from './offer-window.ts';
import { dateOf, startOfDateMs } from './wall-clock.ts';
import { isWishedDate, type Wish, wishedPartOf, wishedTimes } from './wish.ts';

export interface OfferedSlot {
  readonly startMs: number;
  readonly resource: Resource;
}

export interface Offer {
  /** Whether the slots fit the wish; otherwise they are the nearest to it. */
  readonly exact: boolean;
  readonly slots: readonly OfferedSlot[];
}

export interface OfferQuestion {
  readonly catalog: Catalog;
  readonly service: Service;
  readonly busy: readonly BusyRange[];
  readonly wish: Wish;
  readonly now: Temporal.Instant;
  readonly limit: number;
}

/** Decides what to offer. `exact: true` with no slots cannot happen. */
export function offerSlots(question: OfferQuestion): Offer {
  const { rules } = question.catalog;
  const calendar = createCalendar(question.busy);
  const wished = startsThatFit(question, calendar);
  const starts = wished.length > 0 ? wished : nearestStarts(question, calendar);
  return { exact: wished.length > 0, slots: spreadOverResources(starts, calendar, rules.timeZone) };
}

function startsThatFit(question: OfferQuestion, calendar: Calendar): FreeStart[] {
  const { catalog, service, wish, now, limit } = question;
  const window = offerWindow(catalog.rules, now);
  const resources = resourcesFor(service, catalog.resources);
  const found: FreeStart[] = [];
  for (const date of datesOf(window)) {
    if (!isWishedDate(wish, date, window.firstDate)) continue;
    const part = wishedPartOf(wish, date, catalog.rules.timeZone);
    for (const start of freeStartsOn(date, catalog.rules, service, resources, calendar, window)) {
      if (distanceMs(part, start.startMs) === 0) found.push(start);
      if (found.length === limit) return found;
    }
  }
  return found;
}

/** The free starts with the least time between them and anything wished for; soonest first among themselves. */
function nearestStarts(question: OfferQuestion, calendar: Calendar): FreeStart[] {
  const { catalog, service, wish, now, limit } = question;
  const window = offerWindow(catalog.rules, now);
  const resources = resourcesFor(service, catalog.resources);
  const wished = wishedTimes(wish, window.firstDate, window.lastDate, catalog.rules.timeZone);
  return [...datesOf(window)]
    .flatMap((date) => freeStartsOn(date, catalog.rules, service, resources, calendar, window))
    .map((start) => ({ start, awayMs: Math.min(...wished.map((range) => distanceMs(range, start.startMs))) }))
    .sort((one, other) => one.awayMs - other.awayMs || one.start.startMs - other.start.startMs)
    .slice(0, limit)
    .map(({ start }) => start)
    .sort((one, other) => one.startMs - other.startMs);
}

/** Zero inside the range. */
function distanceMs(range: TimeRange, ms: number): number {
  if (ms < range.fromMs) return range.fromMs - ms;
  return ms < range.toMs ? 0 : ms - range.toMs + 1;
}

/**
 * Fairness: whoever has the least booked on that date; among equals, whoever appears least in this offer; then the one
 * who was added first. No randomness, so the same question has the same answer.
 */
function spreadOverResources(starts: readonly FreeStart[], calendar: Calendar, timeZone: string): OfferedSlot[] {
  const timesOffered = new Map<string, number>();
  return starts.flatMap(({ startMs, resources }) => {
    const date = dateOf(startMs, timeZone);
    const day = { fromMs: startOfDateMs(date, timeZone), toMs: startOfDateMs(date.add({ days: 1 }), timeZone) };
    const [least] = resources
      .map((resource) => ({
        resource,
        busyMs: calendar.busyMs(resource.resourceId, day),
        offered: timesOffered.get(resource.resourceId) ?? 0,
      }))
      .sort((one, other) => one.busyMs - other.busyMs || one.offered - other.offered);
    if (!least) return [];
    timesOffered.set(least.resource.resourceId, least.offered + 1);
    return [{ startMs, resource: least.resource }];
  });
}
