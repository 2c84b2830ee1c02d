// Pins: times, dates and ranges that are read as something else than was stored.
import { expect, test } from 'vitest';
import { formatInstantRange, parseInstantRange } from './ranges.ts';
import { parseInstant, toParameter } from './value-types.ts';

test.each([
  ['2026-01-05 15:00:00+00', '2026-01-05T15:00:00Z'],
  ['2026-01-05 15:00:00.123456+00', '2026-01-05T15:00:00.123456Z'],
  ['2026-01-05 20:45:00+05:45', '2026-01-05T15:00:00Z'],
  ['2026-01-05 09:00:00-06', '2026-01-05T15:00:00Z'],
])('%s is %s', (text, instant) => {
  expect(parseInstant(text).toString()).toBe(instant);
});

test.each(['infinity', '2026-01-05 15:00:00', ''])('%s is no instant', (text) => {
  expect(() => parseInstant(text)).toThrow(RangeError);
});

test('ranges go there and back', () => {
  const range = {
    start: Temporal.Instant.from('2026-01-05T15:00:00Z'),
    end: Temporal.Instant.from('2026-01-05T15:30:00Z'),
  };
  const stored = '["2026-01-05 15:00:00+00","2026-01-05 15:30:00+00")';
  expect(formatInstantRange(range)).toBe('[2026-01-05T15:00:00Z,2026-01-05T15:30:00Z)');
  expect(formatInstantRange(parseInstantRange(stored))).toBe(formatInstantRange(range));
  expect(parseInstantRange(formatInstantRange(range)).end.equals(range.end)).toBe(true);
});

test.each(['empty', '["2026-01-05 15:00:00+00",)', '(,)', '["2026-01-05 15:00:00+00","2026-01-05 15:30:00+00"]'])(
  '%s is no range an appointment can have',
  (text) => {
    expect(() => parseInstantRange(text)).toThrow(RangeError);
  },
);

test('Temporal values are sent as plain text, also within lists', () => {
  const instant = Temporal.Instant.from('2026-01-05T15:00:00Z');
  expect(toParameter(instant)).toBe('2026-01-05T15:00:00Z');
  expect(toParameter([instant, Temporal.PlainDate.from('2026-01-05')])).toEqual(['2026-01-05T15:00:00Z', '2026-01-05']);
  expect(toParameter(instant.toZonedDateTimeISO('America/Chicago'))).toBe('2026-01-05T15:00:00Z');
  expect(toParameter({ a: 1 })).toEqual({ a: 1 });
  expect(toParameter(null)).toBeNull();
});
