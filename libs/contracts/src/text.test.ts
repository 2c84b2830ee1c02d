// Pins: text that PostgreSQL cannot store and that is refused by a crash, and a nested field that is dropped in silence.
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { bookSlot } from './booking/book-slot.ts';
import { cancelAppointment } from './booking/cancel-appointment.ts';
import { findSlots } from './booking/find-slots.ts';
import { putBookingRules } from './booking/put-booking-rules.ts';
import { putResource } from './booking/put-resource.ts';
import { putService } from './booking/put-service.ts';
import { saveCallerName } from './caller-profile/save-caller-name.ts';
import { teamNote } from './events/message.ts';
import { line, text } from './text.ts';

const HALF = '\ud83d';

test.each(['Robin Vale', 'Zoë Žižek', '李小龍', '😀', ''])('%j is a line', (value) => {
  expect(line(80).parse(` ${value} `)).toBe(value);
  expect(text(80).parse(value)).toBe(value);
});

test.each(['a\u0000b', 'a\u001bb', 'a\u007fb', 'a\u0085b', HALF, `a${HALF}b`, 'a\udc00'])('%j is no text', (value) => {
  expect(line(80).safeParse(value).success).toBe(false);
  expect(text(80).safeParse(value).success).toBe(false);
});

test('a text has lines, a line has none; both have an end', () => {
  expect(text(80).parse('one\r\n\ttwo')).toBe('one\r\n\ttwo');
  expect(line(80).parse('one\n\ttwo')).toBe('one two');
  expect([line(3).safeParse('four').success, text(3).safeParse('four').success]).toEqual([false, false]);
});

const id = '00000000-0000-4000-8000-000000000001';
const slot = { serviceId: id, resourceId: id, startsAt: '2026-12-03T20:30:00Z' };
const hours = [{ weekday: 1, from: '09:00', to: '17:00' }];
const resource = { name: 'Dana', serviceIds: [id], weeklyHours: hours };
const service = { name: 'Tune-up', durationMinutes: 60 };
const rules = { timeZone: 'America/Chicago' };
const customer = { name: 'Robin Vale', phone: null };
const proof = { by: 'business' };
const note = { name: 'Robin Vale', number: null, text: 'Call me', urgency: 'normal', reason: 'asked' };
const caller = { phone: '+13125550142', callSid: `CA${'1'.repeat(32)}` };
const bad = 'a\u0000b';

const refused: [string, z.ZodType, unknown][] = [
  ['customer.name', bookSlot.request, { slot, customer: { ...customer, name: bad } }],
  ['note', bookSlot.request, { slot, customer, note: bad }],
  ['reason', cancelAppointment.request, { appointmentId: id, proof, reason: bad }],
  ['service', findSlots.request, { service: bad }],
  ['skill', findSlots.request, { skill: bad }],
  ['name', putResource.request, { ...resource, name: bad }],
  ['skills.0', putResource.request, { ...resource, skills: [bad] }],
  ['exceptions.0.reason', putResource.request, { ...resource, exceptions: [{ from: '2026-12-24', reason: bad }] }],
  ['exceptions.0', putResource.request, { ...resource, exceptions: [{ from: '2026-12-24', to: '2026-12-26' }] }],
  ['exceptions.0.from', putResource.request, { ...resource, exceptions: [{ from: '0000-01-01' }] }],
  ['weeklyHours.0', putResource.request, { ...resource, weeklyHours: [{ ...hours[0], until: '17:00' }] }],
  [
    'exceptions.0.hours.0',
    putResource.request,
    { ...resource, exceptions: [{ from: '2026-12-24', hours: [{ from: '09:00', to: '12:00', note: 'early' }] }] },
  ],
  ['description', putService.request, { ...service, description: bad }],
  ['priceText', putService.request, { ...service, priceText: bad }],
  ['closedDates.0.name', putBookingRules.request, { ...rules, closedDates: [{ date: '2026-12-25', name: bad }] }],
  ['closedDates.0', putBookingRules.request, { ...rules, closedDates: [{ date: '2026-12-25', until: '2026-12-26' }] }],
  ['lateChangeNote', putBookingRules.request, { ...rules, lateChangeNote: bad }],
  ['name', saveCallerName.request, { ...caller, name: bad }],
  ['text', teamNote, { ...note, text: bad }],
  ['name', teamNote, { ...note, name: bad }],
];

test.each(refused)('%s is named', (path, schema, value) => {
  const { error } = schema.safeParse(value);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
