/**
 * Which of the free times a caller is offered: those that fit the wish, soonest first; or, when none does, the nearest
 * to it. Each start is offered once, with whoever comes first in fair order.
 */
import { type Calendar, createCalendar } from './calendar.ts';
import type { BusyRange, Catalog, Resource, Service, TimeRange } from './catalog.ts';
import { inFairOrder } from './fair-order.ts';
import { createFreeStarts, type FreeStart, type FreeStarts } from './free-starts.ts';
import { type DateSpan, isWithin, offerWindow } from './offer-window.ts';
import { performersOf } from './performers.ts';
import { type Wish, wishedDates, wishedPartOf } from './wish.ts';

export interface OfferedSlot {
  readonly startMs: number;
  readonly resource: Resource;
}

export type Offer =
  | {
      readonly ok: true;
      /** Whether the slots fit the wish; otherwise they are the nearest to it. */
      readonly exact: boolean;
      readonly slots: readonly OfferedSlot[];
    }
  /** The wish is for a date that does not exist; said to whoever asked. */
  | { readonly ok: false; readonly reason: string };

export interface OfferQuestion {
  readonly catalog: Catalog;
  readonly service: Service;
  /** Those who may be offered; everybody who performs the service when absent. */
  readonly performers?: readonly Resource[];
  /** The language asked for: whoever is said to speak it comes first. */
  readonly language?: string | undefined;
  readonly busy: readonly BusyRange[];
  readonly wish: Wish;
  readonly now: Temporal.Instant;
  readonly limit: number;
}

/** Decides what to offer. `exact: true` with no slots cannot happen. */
export function offerSlots(question: OfferQuestion): Offer {
  const search = openSearch(question);
  if (!search.ok) return search;
  const { window, wished, partOf, free } = search;
  const fitting = startsThatFit(search, window, question.limit);
  if (fitting.length > 0) return { ok: true, exact: true, slots: search.withSomebody(fitting) };
  const nearest = nearestStarts(free, window, wished.map(partOf), question.limit);
  return { ok: true, exact: false, slots: search.withSomebody(nearest) };
}

/**
 * The same decision when only what is taken on some dates is known.
 * @returns nothing when the answer may depend on others
 */
export function offerWithin(question: OfferQuestion, known: DateSpan): Offer | undefined {
  const { firstDate, lastDate } = offerWindow(question.catalog.rules, question.now);
  if (isWithin(firstDate, known) && isWithin(lastDate, known)) return offerSlots(question);
  const search = openSearch(question);
  if (!search.ok) return search;
  const onOffer = search.wished.filter((date) => isWithin(date, search.window));
  const { compare } = Temporal.PlainDate;
  if (onOffer.some((date) => compare(date, known.firstDate) < 0)) return undefined;
  const fitting = startsThatFit({ ...search, wished: onOffer }, known, question.limit);
  const isAll = fitting.length === question.limit || onOffer.every((date) => isWithin(date, known));
  return isAll && fitting.length > 0 ? { ok: true, exact: true, slots: search.withSomebody(fitting) } : undefined;
}

function openSearch(question: OfferQuestion) {
  const { catalog, service, wish, now } = question;
  const { performers = performersOf(service, catalog) } = question;
  const window = offerWindow(catalog.rules, now);
  const wished = wishedDates(wish, window.firstDate, window.lastDate);
  if (!wished.ok) return wished;
  const calendar = createCalendar(question.busy);
  const { earliestStartMs } = window;
  const free = createFreeStarts({ catalog, service, performers, calendar, earliestStartMs });
  return {
    ok: true as const,
    window,
    wished: wished.dates,
    free,
    partOf: (date: Temporal.PlainDate) => wishedPartOf(wish, free.dayOn(date), free.workingDay(date)),
    withSomebody: (starts: readonly FreeStart[]) => chooseResources(starts, question, calendar),
  };
}

interface Search {
  readonly free: FreeStarts;
  readonly wished: readonly Temporal.PlainDate[];
  partOf(date: Temporal.PlainDate): TimeRange;
}

function startsThatFit({ free, wished, partOf }: Search, span: DateSpan, limit: number): FreeStart[] {
  const found: FreeStart[] = [];
  for (const date of wished) {
    if (!isWithin(date, span)) continue;
    const starts = free.on(date);
    if (starts.length === 0) continue;
    const { fromMs, toMs } = partOf(date);
    for (const start of starts) {
      if (fromMs <= start.startMs && start.startMs < toMs) found.push(start);
      if (found.length === limit) return found;
    }
  }
  return found;
}

/**
 * The free starts with the least time between them and anything wished for; soonest first among themselves. Dates are
 * looked at from the nearest on, until none of the rest can be nearer than what was found.
 */
function nearestStarts(
  free: FreeStarts,
  { firstDate, lastDate }: DateSpan,
  wished: readonly TimeRange[],
  limit: number,
): FreeStart[] {
  const dates = Array.from({ length: firstDate.until(lastDate).days + 1 }, (_, days) => firstDate.add({ days }))
    .map((date) => ({ date, awayMs: gapMs(wished, free.dayOn(date)) }))
    .sort((one, other) => one.awayMs - other.awayMs);
  let nearest: { start: FreeStart; awayMs: number }[] = [];
  for (const { date, awayMs } of dates) {
    if (nearest.length === limit && awayMs > (nearest.at(-1)?.awayMs ?? 0)) break;
    const starts = free.on(date).map((start) => {
      const moment = { fromMs: start.startMs, toMs: start.startMs + 1 };
      return { start, awayMs: gapMs(wished, moment) };
    });
    nearest = [...nearest, ...starts]
      .sort((one, other) => one.awayMs - other.awayMs || one.start.startMs - other.start.startMs)
      .slice(0, limit);
  }
  return nearest.map(({ start }) => start).sort((one, other) => one.startMs - other.startMs);
}

/** The time between a range and the nearest of many, which come in order and do not overlap. Zero when they touch. */
function gapMs(ranges: readonly TimeRange[], { fromMs, toMs }: TimeRange): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.toMs ?? Number.POSITIVE_INFINITY) <= fromMs) low = middle + 1;
    else high = middle;
  }
  const before = ranges[low - 1];
  const after = ranges[low];
  return Math.min(
    before ? fromMs - before.toMs + 1 : Number.POSITIVE_INFINITY,
    after ? Math.max(0, after.fromMs - toMs + 1) : Number.POSITIVE_INFINITY,
  );
}

function chooseResources(starts: readonly FreeStart[], question: OfferQuestion, calendar: Calendar): OfferedSlot[] {
  const { catalog, language } = question;
  const timesOffered = new Map<string, number>();
  return starts.flatMap(({ startMs, day, resources }) => {
    const [first] = inFairOrder(resources, { rules: catalog.rules, calendar, day, language, timesOffered });
    if (!first) return [];
    timesOffered.set(first.resourceId, (timesOffered.get(first.resourceId) ?? 0) + 1);
    return [{ startMs, resource: first }];
  });
}
