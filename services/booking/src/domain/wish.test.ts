/** Pins which dates the caller's words mean. Wednesday, June 17 2026 is "today" unless a test says otherwise. */
import { describe, expect, it } from 'vitest';
import { dayOn } from './wall-clock.ts';
import { type Wish, wishedDates, wishedPartOf } from './wish.ts';

const wednesday = Temporal.PlainDate.from('2026-06-17');
const anything: Wish = { day: 'any', week: 'any', partOfDay: 'any' };

/** What is wished for from a date on, as "06-18"; or what is wrong with the wish. */
function dates(wish: Partial<Wish>, today = wednesday, from = today): string[] | string {
  const wished = wishedDates({ ...anything, ...wish }, today, today.add({ days: 20 }));
  if (!wished.ok) return wished.reason;
  return wished.dates
    .filter((date) => Temporal.PlainDate.compare(date, from) >= 0)
    .map((date) => date.toString().slice(date.year === today.year ? 5 : 0));
}

describe('wishedDates', () => {
  it.each<[string, Partial<Wish>, string[]]>([
    ['today', { day: 'today' }, ['06-17']],
    ['tomorrow', { day: 'tomorrow' }, ['06-18']],
    ['the day after tomorrow', { day: 'day_after_tomorrow' }, ['06-19']],
    ['tomorrow, next week (the day wins)', { day: 'tomorrow', week: 'next' }, ['06-18']],
    ['Thursday', { day: 'thursday' }, ['06-18']],
    ['Monday', { day: 'monday' }, ['06-22']],
    ['Wednesday, said on a Wednesday', { day: 'wednesday' }, ['06-17', '06-24']],
    ['this Friday', { day: 'friday', week: 'this' }, ['06-19']],
    ['this Monday, which is over', { day: 'monday', week: 'this' }, []],
    ['next Friday', { day: 'friday', week: 'next' }, ['06-26']],
    ['Friday of the week after next', { day: 'friday', week: 'after_next' }, ['07-03']],
    ['this week', { week: 'this' }, ['06-17', '06-18', '06-19', '06-20', '06-21']],
    ['next week', { week: 'next' }, ['06-22', '06-23', '06-24', '06-25', '06-26', '06-27', '06-28']],
    ['the seventeenth, today', { dayOfMonth: 17 }, ['06-17']],
    ['the sixteenth, which is over', { dayOfMonth: 16 }, ['07-16']],
    ['the thirty-first: June has none', { dayOfMonth: 31 }, ['07-31']],
    ['Friday the eighteenth, which is a Thursday', { day: 'friday', dayOfMonth: 18 }, ['06-18']],
    ['June 30', { month: 'june', dayOfMonth: 30 }, ['06-30']],
    ['June 16, which is over', { month: 'june', dayOfMonth: 16 }, ['2027-06-16']],
    ['January 2', { month: 'january', dayOfMonth: 2 }, ['2027-01-02']],
    ['Mondays in August', { month: 'august', day: 'monday' }, ['08-03', '08-10', '08-17', '08-24', '08-31']],
  ])('%s', (_, wish, expected) => {
    expect(dates(wish)).toEqual(expected);
  });

  it('is a whole month, this year’s or next year’s, from today on', () => {
    expect(dates({ month: 'june' })).toHaveLength(14);
    expect(dates({ month: 'february' })).toHaveLength(28);
    expect(dates({ month: 'february' })[0]).toBe('2027-02-01');
  });

  it.each<[string, Partial<Wish>, string]>([
    ['February 30', { month: 'february', dayOfMonth: 30 }, 'there is no February 30'],
    ['June 31', { month: 'june', dayOfMonth: 31 }, 'there is no June 31'],
    ['February 29 of an ordinary year', { month: 'february', dayOfMonth: 29 }, 'there is no February 29 in 2027'],
  ])('%s does not exist', (_, wish, reason) => {
    expect(dates(wish)).toBe(reason);
  });

  it('knows February 29 of a leap year', () => {
    const newYear = Temporal.PlainDate.from('2028-01-03');
    expect(dates({ month: 'february', dayOfMonth: 29 }, newYear)).toEqual(['02-29']);
    expect(dates({ dayOfMonth: 31 }, Temporal.PlainDate.from('2026-02-01'))).toEqual(['03-31']);
  });

  it('counts weeks from Monday, so on a Sunday next week begins tomorrow', () => {
    const sunday = Temporal.PlainDate.from('2026-06-21');
    expect(dates({ week: 'this' }, sunday)).toEqual(['06-21']);
    expect(dates({ day: 'monday', week: 'next' }, sunday)).toEqual(['06-22']);
  });

  it('remembers a wished day of this week that is over, so that alternatives can be near it', () => {
    const monday = Temporal.PlainDate.from('2026-06-15');
    expect(dates({ day: 'monday', week: 'this' }, wednesday, monday)).toEqual(['06-15']);
  });
});

describe('wishedPartOf', () => {
  const part = (partOfDay: Wish['partOfDay'], date: string, timeZone: string, working?: [string, string]) => {
    const day = dayOn(Temporal.PlainDate.from(date), timeZone);
    const hours = working && { fromMs: day.at(working[0]), toMs: day.at(working[1]) };
    const { fromMs, toMs } = wishedPartOf({ partOfDay }, day, hours);
    const clock = (ms: number) =>
      Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainTime().toString().slice(0, 5);
    return [clock(fromMs), clock(toMs), (toMs - fromMs) / 3_600_000];
  };

  it('follows the wall clock, also on days of 23 and 25 hours', () => {
    expect(part('morning', '2026-06-17', 'America/Chicago')).toEqual(['00:00', '12:00', 12]);
    expect(part('morning', '2026-03-08', 'America/Chicago')).toEqual(['00:00', '12:00', 11]);
    expect(part('lunchtime', '2026-03-08', 'America/Chicago')).toEqual(['11:30', '13:30', 2]);
    expect(part('afternoon', '2026-11-01', 'America/Chicago')).toEqual(['12:00', '17:00', 5]);
    expect(part('evening', '2026-06-17', 'America/Chicago')).toEqual(['17:00', '00:00', 7]);
    expect(part('any', '2026-11-01', 'America/Chicago')).toEqual(['00:00', '00:00', 25]);
  });

  it('counts the beginning and the end from the working day, and has both where nobody works', () => {
    expect(part('first_thing', '2026-06-17', 'UTC', ['07:30', '15:00'])).toEqual(['07:30', '09:30', 2]);
    expect(part('end_of_day', '2026-06-17', 'UTC', ['07:30', '15:00'])).toEqual(['13:00', '15:00', 2]);
    expect(part('first_thing', '2026-06-17', 'UTC')).toEqual(['00:00', '12:00', 12]);
    expect(part('end_of_day', '2026-06-17', 'UTC')).toEqual(['12:00', '00:00', 12]);
  });
});
