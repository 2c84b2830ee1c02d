// Pins: an appointment changed for whoever has the number, one that the caller hears is moved and is not, and one that
// stands at the old time in the calendar of whoever has to be there.

import { eventType } from '@frontdesk/contracts/event';
import { appointmentMoved } from '@frontdesk/contracts/events/appointment';
import { bookAppointmentHttp } from '@frontdesk/contracts/http/appointments';
import { createCalendarLinkHttp } from '@frontdesk/contracts/http/calendar-links';
import { findSlotsHttp } from '@frontdesk/contracts/http/slots';
import { type Appointment, readBookings } from '@frontdesk/deploy/local/demo/appointments.ts';
import { openBusinessEvents } from '@frontdesk/deploy/local/demo/business-events.ts';
import type { CallerStory } from '@frontdesk/deploy/local/demo/story.ts';
import { openTelephone } from '@frontdesk/deploy/local/demo/telephone.ts';
import { saysPhrase } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test, vi } from 'vitest';
import './provided.ts';

const { stack, call } = inject('oneCall');
const { business } = call;
const telephone = openTelephone(stack.twilio.apiUrl, stack.gateway.publicUrl);
const [gatewayUrl = ''] = stack.gateway.urls;
const caller: CallerStory = {
  ...call.story,
  name: 'Wilhelmina Oakenshaw',
  phone: '+17735550196',
};

/** From the caller's number, which nobody vouches for. */
async function callWith(steps: readonly object[]) {
  const stirVerstat = 'No-TN-Validation';
  const callSid = await telephone.place({ ...caller, steps }, business.number, { stirVerstat });
  return telephone.ended(callSid, AbortSignal.timeout(120_000));
}

async function appointmentsOf(name: string): Promise<Appointment[]> {
  const { appointments } = await readBookings(stack.postgres.url, business.id);
  return appointments.filter(({ customerName }) => customerName === name);
}

async function asBusiness(path: string, body?: object): Promise<unknown> {
  const response = await fetch(gatewayUrl + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${business.apiKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return response.json();
}

async function bookForCaller(): Promise<void> {
  const wish = new URLSearchParams({ service: 'repair visit', day: 'wednesday', week: 'next' });
  const { slots } = findSlotsHttp.reply.parse(await asBusiness(`${findSlotsHttp.path}?${wish}`));
  const [slot] = slots;
  if (!slot) throw new Error('nothing is free');
  const { service_id, resource_id, starts_at } = slot;
  const { name, phone } = caller;
  const body = { slot: { service_id, resource_id, starts_at }, customer: { name, phone } };
  bookAppointmentHttp.reply.parse(await asBusiness(bookAppointmentHttp.path, body));
}

async function createLink(resourceId: string): Promise<string> {
  const reply = await asBusiness(createCalendarLinkHttp.path, { resource_id: resourceId });
  const { url } = createCalendarLinkHttp.reply.parse(reply);
  return gatewayUrl + new URL(url).pathname;
}

/** As RFC 5545 writes an instant. */
const stampOf = (at: Date) => `DTSTART:${at.toISOString().replace(/[-:]|\.\d+/g, '')}`;

async function feedAt(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  return response.text();
}

test('only whoever says the code moves it, once, and everybody sees it', { timeout: 240_000 }, async () => {
  await bookForCaller();
  const [before] = await appointmentsOf(caller.name);
  if (!before) throw new Error('nothing was booked');
  const feed = await createLink(before.resourceId);
  expect(await feedAt(feed)).toContain(stampOf(before.startsAt));
  await using events = await openBusinessEvents({
    ...{ url: stack.nats.url, business, credsFile: business.eventCreds },
  });

  const spelled = [...before.confirmationCode].join(' ');
  const report = await callWith([
    { say: 'Hello. Can I move my appointment to Thursday next week?', after: 'silence' },
    { say: 'I do not have it here.', after: { words: ['confirmation code'] }, timeoutMs: 15_000 },
    { say: `I found it. It is ${spelled}.`, after: { words: ['confirmation code'] }, timeoutMs: 15_000 },
    { say: 'The first one please.', after: { words: ['which one works'] }, timeoutMs: 15_000 },
    { say: 'No, thank you. Goodbye.', after: { words: ['is moved to'] }, timeoutMs: 15_000 },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  expect(report.script).toMatchObject({ done: true });

  const moved = await appointmentsOf(caller.name);
  expect(moved).toMatchObject([{ id: before.id, confirmationCode: before.confirmationCode }]);
  const [after] = moved;
  if (!after) throw new Error('the appointment is gone');
  const starts = Temporal.Instant.fromEpochMilliseconds(after.startsAt.getTime()).toZonedDateTimeISO(business.timeZone);
  expect(starts.dayOfWeek).toBe(4);
  const heard = report.heard.map(({ text }) => text).join(' ');
  expect(saysPhrase(heard, starts.toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric' }))).toBe(
    true,
  );
  expect(heard).not.toContain(before.confirmationCode);

  const told = () => events.received.filter(({ type }) => type === eventType(appointmentMoved));
  await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: 5_000, interval: 100 });
  expect(appointmentMoved.data.parse(told()[0]?.data)).toMatchObject({
    ...{ appointmentId: before.id, by: 'caller', callSid: report.callSid },
    startsAt: after.startsAt.toISOString().replace('.000', ''),
    from: { resourceId: before.resourceId },
  });

  const link = after.resourceId === before.resourceId ? feed : await createLink(after.resourceId);
  const shown = await feedAt(link);
  expect(shown).toContain(stampOf(after.startsAt));
  const [event] = shown.split('BEGIN:VEVENT').filter((each) => each.includes(before.id));
  expect(event).toMatch(/^SEQUENCE:2\r$/m);
  expect(event).not.toContain(stampOf(before.startsAt));
});
