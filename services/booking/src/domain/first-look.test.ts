// Pins: an answer that is another one because only a part of the appointments was read; and a search that reads all of
// them for what is met at once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstLook } from './first-look.ts';
import { offerSlots, offerWithin } from './offer.ts';
import { type DateSpan, isWithin, offerWindow } from './offer-window.ts';
import { catalog } from './testing.ts';
import { type Business, business } from './testing-business.ts';
import type { Wish } from './wish.ts';

const wish: fc.Arbitrary<Wish> = fc.record({
  day: fc.constantFrom('any', 'today', 'tomorrow', 'day_after_tomorrow', 'monday', 'thursday', 'sunday'),
  week: fc.constantFrom('any', 'this', 'next'),
  partOfDay: fc.constantFrom('any', 'morning', 'afternoon', 'evening', 'first_thing', 'end_of_day'),
});

/** What is read for these dates: whatever is taken on one of them, at least in part. */
function knownOf({ busy, catalog: { rules } }: Business, span: DateSpan) {
  const dateOf = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(rules.timeZone);
  return busy.filter(({ fromMs, toMs, startMs }) =>
    [fromMs, startMs, toMs - 1].some((ms) => isWithin(dateOf(ms).toPlainDate(), span)),
  );
}

it('answers as when everything is known, or not at all', () => {
  let answered = 0;
  fc.assert(
    fc.property(
      business,
      wish,
      fc.nat(4),
      fc.nat(8),
      fc.integer({ min: 1, max: 12 }),
      (shop, wanted, from, days, limit) => {
        const { firstDate } = offerWindow(shop.catalog.rules, shop.now);
        const first = firstDate.add({ days: from - 1 });
        const span = { firstDate: first, lastDate: first.add({ days }) };
        const question = { ...shop, wish: wanted, limit };
        const offer = offerWithin({ ...question, busy: knownOf(shop, span) }, span);
        if (offer === undefined) return;
        answered += 1;
        expect(offer).toEqual(offerSlots(question));
      },
    ),
    { numRuns: 300 },
  );
  expect(answered).toBeGreaterThan(30);
});

describe('the dates that are read at first', () => {
  /** A Wednesday. */
  const now = Temporal.Instant.from('2026-06-17T08:10:00-05:00');
  const { rules } = catalog();
  const look = (wanted: Partial<Wish>, horizonDays = 60) => {
    const { firstDate, lastDate } = firstLook(
      { day: 'any', week: 'any', partOfDay: 'any', ...wanted },
      { ...rules, horizonDays },
      now,
    );
    return `${firstDate} – ${lastDate}`;
  };

  it('are a week from the first one wished for', () => {
    expect(look({})).toBe('2026-06-17 – 2026-06-23');
    expect(look({ month: 'august' })).toBe('2026-08-01 – 2026-08-07');
  });

  it('end with the last one wished for', () => {
    expect(look({ day: 'tuesday', week: 'next' })).toBe('2026-06-23 – 2026-06-23');
    expect(look({ week: 'next' })).toBe('2026-06-22 – 2026-06-28');
    expect(look({ day: 'wednesday' })).toBe('2026-06-17 – 2026-06-23');
    expect(look({ dayOfMonth: 15, month: 'august' })).toBe('2026-08-15 – 2026-08-15');
  });

  it('end with what is on offer', () => {
    expect(look({}, 5)).toBe('2026-06-17 – 2026-06-22');
    expect(look({ month: 'august' }, 47)).toBe('2026-08-01 – 2026-08-03');
  });

  it('are all on offer when none of them is wished for, because the nearest may be anywhere', () => {
    expect(look({ month: 'december' })).toBe('2026-06-17 – 2026-08-16');
    expect(look({ dayOfMonth: 30, month: 'february' })).toBe('2026-06-17 – 2026-08-16');
  });
});
