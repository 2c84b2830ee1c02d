/** Pins what callers are offered: the wish first, then the nearest to it, and everybody's calendar filled fairly. */
import { describe, expect, it } from 'vitest';
import type { BusyRange, Catalog } from './catalog.ts';
import { offerSlots } from './offer.ts';
import { spokenTime } from './spoken-time.ts';
import { catalog, everyDay, resource, service } from './testing.ts';
import type { Wish } from './wish.ts';

/** Wednesday, 08:10. */
const now = Temporal.Instant.from('2026-06-17T08:10:00-05:00');

function offer(options: { catalog?: Catalog; wish?: Partial<Wish>; busy?: BusyRange[]; limit?: number } = {}) {
  const asked = options.catalog ?? catalog();
  const wanted = asked.services[0] ?? service();
  const wish: Wish = { day: 'any', week: 'any', partOfDay: 'any', ...options.wish };
  const { exact, slots } = offerSlots({
    catalog: asked,
    service: wanted,
    busy: options.busy ?? [],
    wish,
    now,
    limit: options.limit ?? 3,
  });
  return {
    exact,
    slots: slots.map(({ startMs, resource }) => `${spokenTime(startMs, 'America/Chicago')} ${resource.name}`),
  };
}

function taken(resourceId: string, from: string, to: string): BusyRange {
  return { resourceId, fromMs: Date.parse(`${from}-05:00`), toMs: Date.parse(`${to}-05:00`) };
}

describe('what fits the wish', () => {
  it('comes soonest first', () => {
    expect(offer()).toEqual({
      exact: true,
      slots: [
        'Wednesday, June 17 at 9:00 AM Dana',
        'Wednesday, June 17 at 9:30 AM Dana',
        'Wednesday, June 17 at 10:00 AM Dana',
      ],
    });
  });

  it('respects notice, day and part of the day', () => {
    expect(offer({ catalog: catalog({ rules: { minNoticeMinutes: 120 } }), limit: 1 }).slots).toEqual([
      'Wednesday, June 17 at 10:30 AM Dana',
    ]);
    expect(offer({ wish: { day: 'thursday', partOfDay: 'afternoon' }, limit: 1 })).toEqual({
      exact: true,
      slots: ['Thursday, June 18 at 12:00 PM Dana'],
    });
  });

  it('leaves room for buffers on both sides of what is taken', () => {
    const careful = catalog({ services: [service({ bufferBeforeMinutes: 30, bufferAfterMinutes: 15 })] });
    const busy = [taken('dana', '2026-06-17T11:00', '2026-06-17T12:00')];
    expect(offer({ catalog: careful, busy, limit: 3 }).slots).toEqual([
      // 9:30 ends at 10:30 and would block until 10:45; 10:00 would block until 11:15.
      'Wednesday, June 17 at 9:00 AM Dana',
      'Wednesday, June 17 at 9:30 AM Dana',
      'Wednesday, June 17 at 12:30 PM Dana',
    ]);
  });
});

describe('when nothing fits', () => {
  it('offers the nearest, before and after', () => {
    const busy = [taken('dana', '2026-06-18T12:00', '2026-06-18T17:00')];
    expect(offer({ wish: { day: 'thursday', week: 'this', partOfDay: 'afternoon' }, busy, limit: 4 })).toEqual({
      exact: false,
      slots: [
        'Thursday, June 18 at 9:30 AM Dana',
        'Thursday, June 18 at 10:00 AM Dana',
        'Thursday, June 18 at 10:30 AM Dana',
        'Thursday, June 18 at 11:00 AM Dana',
      ],
    });
  });

  it('offers the end of the working day to somebody who wants an evening', () => {
    expect(offer({ wish: { day: 'tomorrow', partOfDay: 'evening' }, limit: 1 })).toEqual({
      exact: false,
      slots: ['Thursday, June 18 at 4:00 PM Dana'],
    });
  });

  it('offers today to somebody who wants this Monday, which is over', () => {
    expect(offer({ wish: { day: 'monday', week: 'this' }, limit: 1 })).toEqual({
      exact: false,
      slots: ['Wednesday, June 17 at 9:00 AM Dana'],
    });
  });

  it('offers the days around a holiday to somebody who wants that day', () => {
    const closed = catalog({ rules: { closedDates: new Set(['2026-06-18']) } });
    expect(offer({ catalog: closed, wish: { day: 'tomorrow' }, limit: 4 })).toEqual({
      exact: false,
      slots: [
        'Wednesday, June 17 at 3:00 PM Dana',
        'Wednesday, June 17 at 3:30 PM Dana',
        'Wednesday, June 17 at 4:00 PM Dana',
        'Friday, June 19 at 9:00 AM Dana',
      ],
    });
  });

  it('has nothing to offer when everything is taken, and says so', () => {
    const busy = [taken('dana', '2026-06-01T00:00', '2026-08-01T00:00')];
    expect(offer({ busy })).toEqual({ exact: false, slots: [] });
  });
});

describe('fairness', () => {
  const team = catalog({ resources: [resource('Dana'), resource('Eli'), resource('Farah')] });

  it('offers each start once and spreads equal people', () => {
    expect(offer({ catalog: team }).slots).toEqual([
      'Wednesday, June 17 at 9:00 AM Dana',
      'Wednesday, June 17 at 9:30 AM Eli',
      'Wednesday, June 17 at 10:00 AM Farah',
    ]);
  });

  it('prefers whoever has least to do that day', () => {
    const busy = [
      taken('dana', '2026-06-17T15:00', '2026-06-17T16:00'),
      taken('eli', '2026-06-17T14:00', '2026-06-17T14:30'),
    ];
    expect(offer({ catalog: team, busy, limit: 2 }).slots).toEqual([
      'Wednesday, June 17 at 9:00 AM Farah',
      'Wednesday, June 17 at 9:30 AM Farah',
    ]);
  });

  it('leaves out whoever does not offer the service', () => {
    const mixed = catalog({ resources: [resource('Dana', { serviceIds: ['other'] }), resource('Eli')] });
    expect(offer({ catalog: mixed, limit: 1 }).slots).toEqual(['Wednesday, June 17 at 9:00 AM Eli']);
  });
});

it('offers the nine o’clock appointment at nine on both sides of a clock change', () => {
  const shop = catalog({ resources: [resource('Dana', { weeklyHours: everyDay('09:00', '10:00') })] });
  const wish: Wish = { day: 'any', week: 'any', partOfDay: 'any' };
  const wanted = service();
  const autumn = Temporal.Instant.from('2026-10-31T08:00:00-05:00');
  const { slots } = offerSlots({ catalog: shop, service: wanted, busy: [], wish, now: autumn, limit: 2 });
  expect(slots.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
    '2026-10-31T14:00:00.000Z',
    '2026-11-01T15:00:00.000Z',
  ]);
});
