/** Pins what may be booked: one reason to refuse per rule, and the life of an offer. Now is Wednesday at 08:00 in Chicago. */
import { expect, it } from 'vitest';
import { checkSlot } from './check-slot.ts';
import { catalog, resource, service } from './testing.ts';

const now = Temporal.Instant.from('2026-06-17T08:00:00-05:00');
const shop = catalog({
  rules: { minNoticeMinutes: 120, closedDates: new Set(['2026-06-19']) },
  services: [service(), service({ serviceId: 'repair', name: 'Repair' })],
  resources: [resource('Dana'), resource('Eli', { serviceIds: ['repair'] })],
});

function check(startsAt: string, overrides: { serviceId?: string; resourceId?: string; minutesLater?: number } = {}) {
  const { minutesLater = 0, ...slot } = overrides;
  const wanted = { serviceId: 'tune-up', resourceId: 'dana', startMs: Date.parse(startsAt), ...slot };
  const result = checkSlot(shop, wanted, now.add({ minutes: minutesLater }));
  return result.ok ? `${result.service.name} with ${result.resource.name}` : result.reason;
}

it.each([
  ['2026-06-17T10:00:00-05:00', {}, 'Tune-up with Dana'],
  ['2026-06-17T16:00:00-05:00', {}, 'Tune-up with Dana'],
  ['2026-06-17T10:00:00-05:00', { serviceId: 'haircut' }, 'there is no such service'],
  ['2026-06-17T10:00:00-05:00', { resourceId: 'mallory' }, 'nobody like that offers this service'],
  ['2026-06-17T10:00:00-05:00', { resourceId: 'eli' }, 'nobody like that offers this service'],
  ['2026-06-16T10:00:00-05:00', {}, 'that time is in the past'],
  ['2026-06-17T09:00:00-05:00', {}, 'that time is too soon'],
  ['2026-07-02T10:00:00-05:00', {}, 'that time is too far ahead'],
  ['2026-06-17T16:30:00-05:00', {}, 'that time is outside working hours'],
  ['2026-06-19T10:00:00-05:00', {}, 'that time is outside working hours'],
  ['2026-06-20T10:00:00-05:00', {}, 'Tune-up with Dana'],
  ['2026-06-17T08:30:00-05:00', { minutesLater: -120 }, 'that time is outside working hours'],
  ['2026-06-17T10:10:00-05:00', {}, 'appointments do not begin at that time'],
  ['2026-06-17T10:00:00.001-05:00', {}, 'appointments do not begin at that time'],
])('%s %o: %s', (startsAt, overrides, expected) => {
  expect(check(startsAt, overrides)).toBe(expected);
});

it('still books what was offered a moment ago, but not for ever', () => {
  // 10:00 was the first time on offer at 08:00, with two hours of notice.
  expect(check('2026-06-17T10:00:00-05:00', { minutesLater: 29 })).toBe('Tune-up with Dana');
  expect(check('2026-06-17T10:00:00-05:00', { minutesLater: 31 })).toBe('that time is too soon');
});
