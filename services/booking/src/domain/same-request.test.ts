/** Pins a second booking that is taken for the first one again, and a first one that is made twice. */
import { expect, it } from 'vitest';
import type { Appointment } from './appointment.ts';
import { type Asked, sameRequest } from './same-request.ts';

const at = Temporal.Instant.from('2026-12-03T16:00:00Z');
const made = (resourceId: string, name: string | null): Appointment => ({
  ...{ appointmentId: `${resourceId} ${name}`, version: 1, status: name === null ? 'held' : 'confirmed' },
  ...{ serviceId: 'tune-up', serviceName: 'Tune-up', resourceId, resourceName: resourceId, alsoResourceIds: [] },
  ...{ startsAt: at, endsAt: at.add({ hours: 1 }), timeZone: 'UTC', createdAt: at },
  customer: name === null ? null : { name, phone: null },
  ...{ note: null, confirmationCode: null, callSid: 'CA1', expiresAt: null, movedAt: null },
  ...{ cancelledAt: null, cancelledBy: null, cancelReason: null },
});
const ask = (resourceId: string, customerName?: string, anyResource = false): Asked => ({
  ...{ resourceId, customerName, anyResource },
});

it.each<[string, Appointment[], Asked, number | undefined]>([
  ['the same name and person', [made('dana', 'Robin Vale')], ask('dana', ' robin  VÁLE.'), 0],
  ['another name with the same person', [made('dana', 'Robin')], ask('dana', 'Sam'), undefined],
  ['the same name with another person', [made('dana', 'Robin')], ask('eli', 'Robin'), undefined],
  ['the same name with anybody', [made('dana', 'Robin')], ask('eli', 'Robin', true), 0],
  ['another name with anybody', [made('dana', 'Robin')], ask('dana', 'Sam', true), undefined],
  ['a time held with that person', [made('dana', null)], ask('dana', 'Robin'), 0],
  ['a time held with another person', [made('dana', null)], ask('eli', 'Robin'), undefined],
  ['a time held with another person, by anybody', [made('dana', null)], ask('eli', 'Robin', true), undefined],
  ['holding what is held', [made('dana', null)], ask('dana'), 0],
  ['holding what is booked', [made('dana', 'Robin')], ask('dana'), 0],
  ['holding with another person', [made('dana', 'Robin')], ask('eli', undefined, true), undefined],
  ['the one of two with that person', [made('dana', 'Robin'), made('eli', 'Robin')], ask('eli', 'Robin', true), 1],
])('%s', (_, earlier, asked, index) => {
  expect(sameRequest(earlier, asked)).toBe(index === undefined ? undefined : earlier[index]);
});
