/** Pins what callers are offered: the wish first, then the nearest to it, and everybody's calendar filled fairly. */
import { describe, expect, it } from 'vitest';
import type { BusyRange, Catalog } from './catalog.ts';
import { type OfferQuestion, offerSlots } from './offer.ts';
import { spokenTime } from './spoken-time.ts';
import { catalog, everyDay, resource, service, taken as takenMs } from './testing.ts';
import type { Wish } from './wish.ts';

/** Wednesday, 08:10. */
const now = Temporal.Instant.from('2026-06-17T08:10:00-05:00');

interface Options {
  catalog?: Catalog;
  wish?: Partial<Wish>;
  busy?: BusyRange[];
  limit?: number;
  language?: string;
}

function offer(options: Options = {}) {
  const asked = options.catalog ?? catalog();
  const wanted = asked.services[0] ?? service();
  const wish: Wish = { day: 'any', week: 'any', partOfDay: 'any', ...options.wish };
  const { exact, slots } = found({
    catalog: asked,
    service: wanted,
    language: options.language,
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

function found(question: OfferQuestion) {
  const offered = offerSlots(question);
  if (!offered.ok) throw new Error(offered.reason);
  return offered;
}

function taken(resourceId: string, from: string, to: string, appointmentId?: string): BusyRange {
  return takenMs(resourceId, Date.parse(`${from}-05:00`), Date.parse(`${to}-05:00`), appointmentId);
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

  it('gives everybody their turn when that is the rule', () => {
    const turns = catalog({
      rules: { assignment: 'round_robin' },
      resources: [resource('Dana', { lastGivenMs: 200 }), resource('Eli', { lastGivenMs: 100 })],
    });
    const busy = [taken('eli', '2026-06-17T09:30', '2026-06-17T10:30')];
    expect(offer({ catalog: turns, busy }).slots).toEqual([
      'Wednesday, June 17 at 9:00 AM Dana',
      'Wednesday, June 17 at 9:30 AM Dana',
      'Wednesday, June 17 at 10:00 AM Dana',
    ]);
    expect(offer({ catalog: turns, busy: [], limit: 1 }).slots).toEqual(['Wednesday, June 17 at 9:00 AM Eli']);
  });

  it('puts the language asked for before it', () => {
    const speaking = catalog({ resources: [resource('Dana'), resource('Eli', { languages: ['es'] })] });
    const busy = [taken('eli', '2026-06-17T15:00', '2026-06-17T16:00')];
    expect(offer({ catalog: speaking, busy, limit: 1 }).slots).toEqual(['Wednesday, June 17 at 9:00 AM Dana']);
    const inSpanish = offer({ catalog: speaking, busy, limit: 1, language: 'es' });
    expect(inSpanish.slots).toEqual(['Wednesday, June 17 at 9:00 AM Eli']);
  });

  it('leaves out whoever does not offer the service', () => {
    const mixed = catalog({ resources: [resource('Dana', { serviceIds: ['other'] }), resource('Eli')] });
    expect(offer({ catalog: mixed, limit: 1 }).slots).toEqual(['Wednesday, June 17 at 9:00 AM Eli']);
  });
});

describe('so many a day', () => {
  const busy = [
    taken('dana', '2026-06-17T15:00', '2026-06-17T16:00', 'one'),
    taken('room', '2026-06-17T15:00', '2026-06-17T16:00', 'one'),
  ];

  it('leaves out a date on which the business has had enough, counting each appointment once', () => {
    const small = (maxPerDay: number) =>
      catalog({ rules: { maxPerDay }, resources: [resource('Dana'), resource('Eli')] });
    expect(offer({ catalog: small(2), busy, limit: 1 }).slots).toEqual(['Wednesday, June 17 at 9:00 AM Eli']);
    expect(offer({ catalog: small(1), busy, limit: 1 }).slots).toEqual(['Thursday, June 18 at 9:00 AM Dana']);
    expect(offer({ catalog: small(1), busy, wish: { day: 'today' }, limit: 1 })).toEqual({
      exact: false,
      slots: ['Thursday, June 18 at 9:00 AM Dana'],
    });
  });

  it('leaves out whoever has had enough', () => {
    const part = catalog({ resources: [resource('Dana', { maxPerDay: 1 }), resource('Eli')] });
    const eli = taken('eli', '2026-06-17T13:00', '2026-06-17T16:00');
    expect(offer({ catalog: part, busy: [...busy, eli], limit: 1 }).slots).toEqual([
      'Wednesday, June 17 at 9:00 AM Eli',
    ]);
  });
});

describe('the edges of a working day', () => {
  const late = catalog({ resources: [resource('Dana'), resource('Eli', { weeklyHours: everyDay('12:00', '20:00') })] });

  it.each([
    ['first_thing', 'Thursday, June 18 at 9:00 AM Dana'],
    ['lunchtime', 'Thursday, June 18 at 11:30 AM Dana'],
    ['end_of_day', 'Thursday, June 18 at 6:00 PM Eli'],
  ] as const)('%s: %s', (partOfDay, expected) => {
    expect(offer({ catalog: late, wish: { day: 'tomorrow', partOfDay }, limit: 1 })).toEqual({
      exact: true,
      slots: [expected],
    });
  });

  it('are those of whoever is asked for', () => {
    const [wanted = service()] = late.services;
    const wish: Wish = { day: 'tomorrow', week: 'any', partOfDay: 'first_thing' };
    const performers = late.resources.filter(({ name }) => name === 'Eli');
    const { slots } = found({ catalog: late, service: wanted, performers, busy: [], wish, now, limit: 1 });
    expect(slots.map(({ startMs }) => spokenTime(startMs, 'America/Chicago'))).toEqual([
      'Thursday, June 18 at 12:00 PM',
    ]);
  });
});

it('offers the nearest to a date beyond the horizon, and says what date there is not', () => {
  expect(offer({ wish: { month: 'december', dayOfMonth: 24 }, limit: 1 })).toEqual({
    exact: false,
    slots: ['Wednesday, July 1 at 4:00 PM Dana'],
  });
  expect(() => offer({ wish: { month: 'february', dayOfMonth: 30 } })).toThrow('there is no February 30');
});

it('offers the nine o’clock appointment at nine on both sides of a clock change', () => {
  const shop = catalog({ resources: [resource('Dana', { weeklyHours: everyDay('09:00', '10:00') })] });
  const wish: Wish = { day: 'any', week: 'any', partOfDay: 'any' };
  const wanted = service();
  const autumn = Temporal.Instant.from('2026-10-31T08:00:00-05:00');
  const { slots } = found({ catalog: shop, service: wanted, busy: [], wish, now: autumn, limit: 2 });
  expect(slots.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
    '2026-10-31T14:00:00.000Z',
    '2026-11-01T15:00:00.000Z',
  ]);
});
