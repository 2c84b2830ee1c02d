/** Pins the sentence callers hear, in the business's zone, and the one hour a year that needs more than a time. */
import { expect, it } from 'vitest';
import { spokenTime } from './spoken-time.ts';

it.each([
  ['2026-12-03T20:30:00Z', 'America/Chicago', 'Thursday, December 3 at 2:30 PM'],
  ['2026-06-17T13:00:00Z', 'America/New_York', 'Wednesday, June 17 at 9:00 AM'],
  ['2026-06-17T17:00:00Z', 'America/Chicago', 'Wednesday, June 17 at 12:00 PM'],
  ['2026-11-01T06:30:00Z', 'America/Chicago', 'Sunday, November 1 at 1:30 AM CDT'],
  ['2026-11-01T07:30:00Z', 'America/Chicago', 'Sunday, November 1 at 1:30 AM CST'],
])('%s in %s', (instant, zone, expected) => {
  expect(spokenTime(Date.parse(instant), zone)).toBe(expected);
});

/** Half past two in the afternoon and one at night, on the first and the third of December. */
it.each([
  ['en', 'Thursday, December 3 at 2:30 PM', 'Tuesday, December 1 at 1:00 AM'],
  ['en-GB', 'Thursday, December 3 at 2:30 PM', 'Tuesday, December 1 at 1:00 AM'],
  ['es', 'jueves, 3 de diciembre a las 14:30', 'martes, 1 de diciembre a la 1:00'],
  ['es-MX', 'jueves, 3 de diciembre a las 2:30 p.m.', 'martes, 1 de diciembre a la 1:00 a.m.'],
  ['fr', 'jeudi 3 décembre à 14 h 30', 'mardi 1er décembre à 1 h'],
  ['fr-CA', 'jeudi 3 décembre à 14 h 30', 'mardi 1er décembre à 1 h'],
  ['de', 'Donnerstag, 3. Dezember um 14:30 Uhr', 'Dienstag, 1. Dezember um 1:00 Uhr'],
  ['pt-BR', 'quinta-feira, 3 de dezembro às 14:30', 'terça-feira, 1 de dezembro à 1:00'],
  ['it', 'giovedì 3 dicembre alle 14:30', 'martedì 1º dicembre all’1:00'],
  ['nl', 'donderdag 3 december om 14:30 uur', 'dinsdag 1 december om 1:00 uur'],
  ['pl', 'czwartek, 3 grudnia o 14:30', 'wtorek, 1 grudnia o 1:00'],
  ['sv', 'torsdag 3 december kl. 14:30', 'tisdag 1 december kl. 1:00'],
  ['ja', '12月3日木曜日 14:30', '12月1日火曜日 1:00'],
  // Intl knows no such language, and the second is no tag at all.
  ['qqq', 'Thursday, December 3 at 2:30 PM', 'Tuesday, December 1 at 1:00 AM'],
  ['de-12', 'Thursday, December 3 at 2:30 PM', 'Tuesday, December 1 at 1:00 AM'],
])('in %s', (language, afternoon, night) => {
  expect(spokenTime(Date.parse('2026-12-03T20:30:00Z'), 'America/Chicago', language)).toBe(afternoon);
  expect(spokenTime(Date.parse('2026-12-01T07:00:00Z'), 'America/Chicago', language)).toBe(night);
});
