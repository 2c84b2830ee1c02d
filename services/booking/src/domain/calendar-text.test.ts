// Pins: a calendar other programs cannot read, that shows another time than was booked, tells what it must not, or says
// that it changed when nothing did. Read back by another library than the one that wrote it.
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import type { Appointment } from './appointment.ts';
import { appointmentText, resourceText } from './calendar-text.ts';

const id = (n: number) => `0d4cbb0e-93f5-4c5f-9b56-${String(n).padStart(12, '0')}`;

function appointment(changes: Partial<Appointment> = {}): Appointment {
  return {
    ...{ appointmentId: id(1), version: 1, status: 'confirmed', serviceId: id(2), serviceName: 'Furnace tune-up' },
    ...{ resourceId: id(3), resourceName: 'Dana', alsoResourceIds: [], timeZone: 'America/Chicago' },
    startsAt: Temporal.Instant.from('2026-12-03T20:30:00Z'),
    endsAt: Temporal.Instant.from('2026-12-03T21:30:00Z'),
    customer: { name: 'Robin Vale', phone: '+13125550142' },
    ...{ note: 'the boiler hums', confirmationCode: 'K7Q2', callSid: null, expiresAt: null },
    ...{ movedAt: null, cancelledAt: null, cancelledBy: null, cancelReason: null },
    createdAt: Temporal.Instant.from('2026-11-21T15:00:00Z'),
    ...changes,
  };
}

function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((each) => ({
    uid: each.getFirstPropertyValue('uid'),
    status: each.getFirstPropertyValue('status'),
    sequence: each.getFirstPropertyValue('sequence'),
    summary: each.getFirstPropertyValue('summary'),
    stamp: String(each.getFirstPropertyValue('dtstamp')),
    startMs: new ICAL.Event(each).startDate.toJSDate().getTime(),
    endMs: new ICAL.Event(each).endDate.toJSDate().getTime(),
  }));
  return {
    method: calendar.getFirstPropertyValue('method'),
    version: calendar.getFirstPropertyValue('version'),
    events,
  };
}

/** RFC 5545, 3.1: lines end with CRLF and hold 75 octets at most. */
function expectWellFormed(text: string): void {
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
}

test('another program reads what was booked', () => {
  const text = resourceText('Dana', [appointment()]);
  expectWellFormed(text);
  expect(read(text)).toEqual({
    ...{ method: 'PUBLISH', version: '2.0' },
    events: [
      {
        ...{ uid: `${id(1)}@frontdesk`, status: 'CONFIRMED', sequence: 1, summary: 'Furnace tune-up: Robin Vale' },
        stamp: '2026-11-21T15:00:00Z',
        startMs: Date.parse('2026-12-03T20:30:00Z'),
        endMs: Date.parse('2026-12-03T21:30:00Z'),
      },
    ],
  });
});

test('nine o’clock is nine o’clock on both sides of a change of the clocks', () => {
  const nine = ['2026-10-30', '2026-11-02', '2027-03-12', '2027-03-15'].map((date) =>
    Temporal.PlainDateTime.from(`${date}T09:00`).toZonedDateTime('America/Chicago').toInstant(),
  );
  const text = resourceText(
    'Dana',
    nine.map((startsAt, n) => appointment({ appointmentId: id(n), startsAt, endsAt: startsAt.add({ hours: 1 }) })),
  );
  const shown = read(text).events.map(({ startMs }) =>
    Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO('America/Chicago').toPlainTime().toString(),
  );
  expect(shown).toEqual(nine.map(() => '09:00:00'));
});

test('one that was moved is the same one, later', () => {
  const before = appointment();
  const startsAt = Temporal.Instant.from('2026-12-04T15:00:00Z');
  const movedAt = Temporal.Instant.from('2026-11-22T10:00:00Z');
  const after = appointment({ version: 2, startsAt, endsAt: startsAt.add({ hours: 1 }), movedAt });
  const [was] = read(resourceText('Dana', [before])).events;
  const [is] = read(resourceText('Dana', [after])).events;
  expect(is).toMatchObject({ uid: was?.uid, sequence: 2, startMs: startsAt.epochMilliseconds });
  expect(is?.stamp).toBe('2026-11-22T10:00:00Z');
});

test('one that was cancelled says so instead of going missing', () => {
  const cancelledAt = Temporal.Instant.from('2026-11-22T10:00:00Z');
  const { events } = read(resourceText('Dana', [appointment({ status: 'cancelled', version: 2, cancelledAt })]));
  expect(events).toMatchObject([{ status: 'CANCELLED', sequence: 2 }]);
});

// Feeds are read by programs of other companies.
test('neither telephone numbers nor codes nor notes are told, and the customer’s name only to the business', () => {
  const [one, feed] = [appointmentText(appointment()), resourceText('Dana', [appointment()])];
  for (const text of [one, feed]) expect(text).not.toMatch(/555|K7Q2|hums/);
  expect(one).not.toContain('Robin');
  expect(read(one).events).toMatchObject([{ summary: 'Furnace tune-up (Dana)' }]);
});

test('the same appointments give the same text', () => {
  expect(resourceText('Dana', [appointment()])).toBe(resourceText('Dana', [appointment()]));
});

test('whatever people are called, the lines stay whole and say exactly that', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }),
    fc.constantFrom(
      'Zoë Ünlü-Đặng '.repeat(8),
      '山田 花子'.repeat(20),
      'Eve\r\nATTENDEE:mailto:x@example.com',
      'a;b,c\\n"d":',
    ),
  );
  fc.assert(
    fc.property(name, name, (customer, service) => {
      const text = resourceText(service, [
        appointment({ serviceName: service, customer: { name: customer, phone: null } }),
      ]);
      expectWellFormed(text);
      const { events } = read(text);
      expect(events).toHaveLength(1);
      expect(text).not.toMatch(/^ATTENDEE/m);
      const said = `${service}: ${customer}`.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
      expect(String(events[0]?.summary)).toBe(said);
    }),
    { numRuns: 300 },
  );
});

test('a calendar that would be too long leaves out what is farthest ahead', () => {
  const name = '山'.repeat(120);
  const many = Array.from({ length: 1_500 }, (_, n) => {
    const startsAt = Temporal.Instant.from('2026-12-01T08:00:00Z').add({ hours: n });
    const [customer, ends] = [{ name, phone: null }, startsAt.add({ hours: 1 })];
    return appointment({ appointmentId: id(n), serviceName: name, customer, startsAt, endsAt: ends });
  });
  const text = resourceText('Dana', many);
  expect(new TextEncoder().encode(JSON.stringify({ ics: text })).length).toBeLessThan(900_000);
  const { events } = read(text);
  expect(events.length).toBeGreaterThan(500);
  expect(events.map(({ uid }) => uid)).toEqual(
    many.slice(0, events.length).map((each) => `${each.appointmentId}@frontdesk`),
  );
});
