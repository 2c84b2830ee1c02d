/** Pins which dates the caller's words mean. Wednesday, June 17 2026 is "today" unless a test says otherwise. */
import { describe, expect, it } from 'vitest';
import { isWishedDate, type Wish, wishedPartOf, wishedTimes } from './wish.ts';

const wednesday = Temporal.PlainDate.from('2026-06-17');
const anything: Wish = { day: 'any', week: 'any', partOfDay: 'any' };

/** Days from today to 20 days ahead that are wished for, as "06-18". */
function dates(wish: Partial<Wish>, today = wednesday): string[] {
  return Array.from({ length: 21 }, (_, days) => today.add({ days }))
    .filter((date) => isWishedDate({ ...anything, ...wish }, date, today))
    .map((date) => date.toString().slice(5));
}

describe('isWishedDate', () => {
  it.each<[string, Partial<Wish>, string[]]>([
    ['today', { day: 'today' }, ['06-17']],
    ['tomorrow', { day: 'tomorrow' }, ['06-18']],
    ['tomorrow, next week (the day wins)', { day: 'tomorrow', week: 'next' }, ['06-18']],
    ['Thursday', { day: 'thursday' }, ['06-18']],
    ['Monday', { day: 'monday' }, ['06-22']],
    ['Wednesday, said on a Wednesday', { day: 'wednesday' }, ['06-17', '06-24']],
    ['this Friday', { day: 'friday', week: 'this' }, ['06-19']],
    ['this Monday, which is over', { day: 'monday', week: 'this' }, []],
    ['next Friday', { day: 'friday', week: 'next' }, ['06-26']],
    ['this week', { week: 'this' }, ['06-17', '06-18', '06-19', '06-20', '06-21']],
    ['next week', { week: 'next' }, ['06-22', '06-23', '06-24', '06-25', '06-26', '06-27', '06-28']],
  ])('%s', (_, wish, expected) => {
    expect(dates(wish)).toEqual(expected);
  });

  it('counts weeks from Monday, so on a Sunday next week begins tomorrow', () => {
    const sunday = Temporal.PlainDate.from('2026-06-21');
    expect(dates({ week: 'this' }, sunday)).toEqual(['06-21']);
    expect(dates({ day: 'monday', week: 'next' }, sunday)).toEqual(['06-22']);
  });
});

describe('wishedPartOf', () => {
  const hours = (partOfDay: Wish['partOfDay'], date: string, timeZone: string) => {
    const { fromMs, toMs } = wishedPartOf({ ...anything, partOfDay }, Temporal.PlainDate.from(date), timeZone);
    const hour = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).hour;
    return [hour(fromMs), hour(toMs), (toMs - fromMs) / 3_600_000];
  };

  it('follows the wall clock, also on days of 23 and 25 hours', () => {
    expect(hours('morning', '2026-06-17', 'America/Chicago')).toEqual([0, 12, 12]);
    expect(hours('morning', '2026-03-08', 'America/Chicago')).toEqual([0, 12, 11]);
    expect(hours('afternoon', '2026-11-01', 'America/Chicago')).toEqual([12, 17, 5]);
    expect(hours('evening', '2026-06-17', 'America/Chicago')).toEqual([17, 0, 7]);
    expect(hours('any', '2026-11-01', 'America/Chicago')).toEqual([0, 0, 25]);
  });
});

it('remembers a wished day of this week that is over, so that alternatives can be near it', () => {
  const times = wishedTimes(
    { ...anything, day: 'monday', week: 'this' },
    wednesday,
    wednesday.add({ days: 60 }),
    'UTC',
  );
  expect(times).toEqual([{ fromMs: Date.parse('2026-06-15T00:00:00Z'), toMs: Date.parse('2026-06-16T00:00:00Z') }]);
});
