/** Pins that hours which contradict themselves are refused when entered, not discovered when somebody calls. */
import { expect, it } from 'vitest';
import { faultInOpeningHours } from './opening-hours.ts';

const fault = (...weekly: { weekday: number; opens: string; closes: string }[]) =>
  faultInOpeningHours({ weekly, holidays: [] });

it('accepts a break, and a week without hours', () => {
  const morning = { weekday: 1, opens: '09:00', closes: '12:00' };
  expect(fault({ weekday: 1, opens: '12:00', closes: '17:00' }, morning, { ...morning, weekday: 2 })).toBeUndefined();
  expect(fault()).toBeUndefined();
});

it('refuses what closes before it opens, and what overlaps', () => {
  expect(fault({ weekday: 1, opens: '17:00', closes: '09:00' })).toContain('before it opens');
  expect(
    fault({ weekday: 1, opens: '09:00', closes: '13:00' }, { weekday: 1, opens: '12:00', closes: '17:00' }),
  ).toContain('before it has closed');
});
