// Pins: a booking that was only talked about, one at another time than was said, one that others cannot see.
import { eventType } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { saysPhrase, wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test } from 'vitest';
import './provided.ts';

const { call } = inject('oneCall');
const { appointments, business, report, story, live } = call;
const heard = report.heard.map(({ text }) => text).join(' ');

test('PostgreSQL holds the one appointment, in the name the caller gave', () => {
  expect(appointments).toMatchObject([{ customerName: story.name, callSid: call.callSid }]);
  expect(call.overlaps).toBe(0);
});

test('it is at the time the caller heard, in the business’s zone, with the code they heard', () => {
  const [appointment] = appointments;
  if (!appointment) throw new Error('no appointment');
  const starts = Temporal.Instant.fromEpochMilliseconds(appointment.startsAt.getTime()).toZonedDateTimeISO(
    business.timeZone,
  );
  const day = starts.toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric' });
  const time = starts.toLocaleString('en-US', { hour: 'numeric', minute: '2-digit' });
  expect(saysPhrase(heard, day)).toBe(true);
  expect(saysPhrase(heard, time)).toBe(true);
  expect(starts.dayOfWeek).toBe(4);
  expect(wordsOf(heard)).toContain(appointment.confirmationCode.toLowerCase());
});

test('the business is told of the same appointment', () => {
  const events = live.filter(({ type }) => type === eventType(appointmentBooked));
  expect(events).toHaveLength(1);
  expect(events[0]?.data).toMatchObject({ appointmentId: appointments[0]?.id, customer: { name: story.name } });
});
