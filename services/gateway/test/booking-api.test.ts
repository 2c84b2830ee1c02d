// Pins: appointments managed without a key or for the wrong business, a wrong field that is not named, a retry that
// books twice, and a calendar link that tells strangers anything. Booking is played over its own subjects.
import { randomBytes, randomUUID } from 'node:crypto';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import {
  createCalendarLink,
  listCalendarLinks,
  readCalendar,
  revokeCalendarLink,
} from '@frontdesk/contracts/booking/calendar-links';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { getAppointment } from '@frontdesk/contracts/booking/get-appointment';
import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { listAppointments } from '@frontdesk/contracts/booking/list-appointments';
import { markNoShow } from '@frontdesk/contracts/booking/mark-no-show';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { releaseHold } from '@frontdesk/contracts/booking/release-hold';
import { retire } from '@frontdesk/contracts/booking/retire';
import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { connectForTest } from '@frontdesk/messaging/testing';
import { createLogger } from '@frontdesk/observability';
import { hashApiKey } from '@frontdesk/secrets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { newBusinessId, PUBLIC_URL, startGateway } from './world.ts';

const newKey = () => `fd_${randomBytes(32).toString('base64url')}`;
const [a, b] = [
  { key: newKey(), businessId: newBusinessId() },
  { key: newKey(), businessId: newBusinessId() },
];
const [serviceId, resourceId, appointmentId, linkId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const token = randomBytes(32).toString('base64url');
const view = {
  ...{ appointmentId, serviceId, serviceName: 'Tune-up', resourceId, resourceName: 'Dana' },
  ...{ startsAt: '2026-12-03T20:30:00Z', endsAt: '2026-12-03T21:30:00Z', spoken: 'Thursday, December 3 at 2:30 PM' },
};
const record = {
  ...{ ...view, spoken: undefined, status: 'confirmed' as const, alsoResourceIds: [], note: null, callSid: null },
  ...{ customer: { name: 'Robin Vale', phone: null }, confirmationCode: 'HJLMQ', expiresAt: null, cancelReason: null },
  createdAt: '2026-11-21T12:00:00Z',
};
const service = {
  ...{ serviceId, name: 'Tune-up', description: '', durationMinutes: 60, bufferBeforeMinutes: 0 },
  ...{
    bufferAfterMinutes: 30,
    priceText: null,
    skills: ['gas'],
    alsoNeeds: ['room' as const],
    place: 'on_site' as const,
  },
};
const resource = {
  ...{ resourceId, name: 'Dana', kind: 'staff' as const, serviceIds: [serviceId], skills: ['gas'], languages: ['es'] },
  weeklyHours: [{ weekday: 1, from: '09:00', to: '17:00' }],
  ...{ exceptions: [{ from: '2026-12-24', until: '2026-12-26', hours: [], reason: 'away' }], maxPerDay: 4 },
};
const rules = putBookingRules.request.parse({ timeZone: 'America/Chicago', lateChanges: 'refused', maxPerDay: 9 });

interface Asked {
  verb: string;
  businessId: string;
  key: string | undefined;
  request: unknown;
}
const asked: Asked[] = [];
const closing = new AsyncDisposableStack();
let gateway: RunningGateway;
/** Every line that the gateway logs. */
const logged: string[] = [];

beforeAll(async () => {
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLogger({ service: 'gateway', instanceId: 'test', level: 'trace', destination });
  gateway = closing.use(await startGateway({}, { log }));
  const profile = closing.use(await connectForTest('business-profile'));
  await profile.serve(authenticateApiKey, async ({ keyHash }) => {
    const owner = [a, b].find(({ key }) => hashApiKey(key) === keyHash);
    if (!owner) throw new WireError('denied', 'no such key');
    return { businessId: owner.businessId, keyId: '00000000-0000-4000-8000-000000000001' };
  });
  const booking = closing.use(await connectForTest('booking'));
  /** Business A has everything; B has nothing. */
  function play<C extends RpcContract>(contract: C, reply: object, nothing?: object): Promise<void> {
    return booking.serve(contract as RpcContract, async (request, { businessId, idempotencyKey }) => {
      asked.push({ verb: contract.verb, businessId, key: idempotencyKey, request });
      if (businessId !== b.businessId) return reply;
      if (!nothing) throw new WireError('not_found', 'there is no such thing');
      return nothing;
    });
  }
  await play(
    getCatalog,
    { rules, services: [service], resources: [resource] },
    { rules: null, services: [], resources: [] },
  );
  await play(putBookingRules, {});
  await play(putService, { serviceId });
  await play(putResource, { resourceId });
  await play(retire, { upcoming: 2 });
  await play(findSlots, { exact: true, timeZone: 'America/Chicago', slots: [{ ...view }] });
  await play(listAppointments, { appointments: [record], nextCursor: 'more' }, { appointments: [], nextCursor: null });
  await play(getAppointment, { appointment: record });
  await play(bookSlot, { ...view, confirmationCode: 'HJLMQ' });
  const previous = { startsAt: '2026-12-01T20:30:00Z', spoken: 'Tuesday' };
  const late = { late: true, lateNote: 'That costs 40 dollars.' };
  await play(moveAppointment, { ...view, previous, confirmationCode: 'HJLMQ', ...late });
  await play(cancelAppointment, { ...view, ...late });
  await play(holdSlot, { ...view, expiresAt: '2026-11-21T12:05:00Z' });
  await play(confirmHold, { ...view, confirmationCode: 'HJLMQ' });
  await play(releaseHold, { released: true });
  await play(markNoShow, { appointmentId });
  await play(createCalendarLink, { linkId, token });
  const target = { kind: 'resource', resourceId };
  await play(listCalendarLinks, { links: [{ linkId, target, createdAt: record.createdAt, lastReadAt: null }] });
  await play(revokeCalendarLink, {});
  await booking.serve(readCalendar, async (request) => {
    if (request.token !== token) throw new WireError('not_found', 'there is no such calendar');
    return { ics: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', fileName: 'calendar.ics', etag: 'v1' };
  });
});
afterAll(() => closing.disposeAsync());

async function call(method: string, path: string, options: { key?: string; body?: unknown; once?: string } = {}) {
  const { key = a.key, body, once } = options;
  asked.length = 0;
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(once === undefined ? {} : { 'idempotency-key': once }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: answer.parse(await response.json()) };
}

const answer = z.looseObject({
  success: z.boolean(),
  resources: z.array(z.looseObject({})).default([]),
  slots: z.array(z.looseObject({})).default([]),
  rules: z.looseObject({}).nullish(),
  url: z.string().default(''),
  error: z.looseObject({ issues: z.array(z.object({ path: z.string(), message: z.string() })).default([]) }).optional(),
});

const slot = { service_id: serviceId, resource_id: resourceId, starts_at: view.startsAt };
const booked = { slot, customer: { name: 'Robin Vale', phone: '+13125550142' } };

const operations: [string, string, unknown?][] = [
  ['GET', '/api/v1/booking-rules'],
  ['PUT', '/api/v1/booking-rules', { time_zone: 'America/Chicago' }],
  ['GET', '/api/v1/services'],
  ['PUT', '/api/v1/services', { name: 'Tune-up', duration_minutes: 60 }],
  ['DELETE', `/api/v1/services/${serviceId}`],
  ['GET', '/api/v1/resources'],
  [
    'PUT',
    '/api/v1/resources',
    { name: 'Dana', service_ids: [serviceId], weekly_hours: [{ weekday: 1, from: '09:00', to: '17:00' }] },
  ],
  ['DELETE', `/api/v1/resources/${resourceId}`],
  ['GET', '/api/v1/slots'],
  ['GET', '/api/v1/appointments'],
  ['POST', '/api/v1/appointments', booked],
  ['GET', `/api/v1/appointments/${appointmentId}`],
  ['POST', `/api/v1/appointments/${appointmentId}/move`, { slot }],
  ['POST', `/api/v1/appointments/${appointmentId}/cancel`, {}],
  ['POST', `/api/v1/appointments/${appointmentId}/cancel`],
  ['POST', `/api/v1/appointments/${appointmentId}/no-show`],
  ['POST', '/api/v1/appointments/holds', { slot, seconds: 600 }],
  ['POST', `/api/v1/appointments/holds/${appointmentId}/confirm`, { customer: booked.customer }],
  ['POST', `/api/v1/appointments/holds/${appointmentId}/release`],
  ['GET', '/api/v1/calendar-links'],
  ['POST', '/api/v1/calendar-links', { resource_id: resourceId }],
  ['DELETE', `/api/v1/calendar-links/${linkId}`],
];

test.each(operations)('%s %s works for the business of the key, and only for it', async (method, path, body) => {
  expect(await call(method, path, { body, key: newKey() })).toMatchObject({ status: 401 });
  expect(asked).toEqual([]);
  expect(await call(method, path, { body })).toMatchObject({
    status: method === 'POST' && !path.includes(appointmentId) ? 201 : 200,
    body: { success: true },
  });
  expect(asked.map(({ businessId }) => businessId)).toEqual([a.businessId]);
  const other = await call(method, path, { body, key: b.key });
  expect(asked.map(({ businessId }) => businessId)).toEqual([b.businessId]);
  expect(JSON.stringify(other.body)).not.toMatch(/Robin|Dana|HJLMQ/);
});

test('what is stored comes back under the names of the API, and goes in by them', async () => {
  const { body: got } = await call('GET', '/api/v1/resources');
  expect(got.resources).toEqual([
    {
      ...{ resource_id: resourceId, name: 'Dana', kind: 'staff', service_ids: [serviceId], skills: ['gas'] },
      ...{ languages: ['es'], weekly_hours: resource.weeklyHours, exceptions: resource.exceptions, max_per_day: 4 },
    },
  ]);
  await call('PUT', '/api/v1/resources', { body: got.resources[0] });
  expect(asked).toMatchObject([{ verb: 'put-resource', request: resource }]);
  const { body: found } = await call('GET', '/api/v1/booking-rules');
  await call('PUT', '/api/v1/booking-rules', { body: found.rules });
  expect(asked).toMatchObject([{ verb: 'put-booking-rules', request: rules }]);
});

test('a search asks for what the query names', async () => {
  const query = `service=Tune-up&resource=Dana&language=es&day_of_month=14&month=december&limit=3&instead_of=${appointmentId}`;
  const { body } = await call('GET', `/api/v1/slots?${query}`);
  expect(body.slots).toMatchObject([{ ...slot, spoken: view.spoken }]);
  expect(asked[0]?.request).toMatchObject({
    ...{ service: 'Tune-up', resource: 'Dana', language: 'es', dayOfMonth: 14, month: 'december', limit: 3 },
    insteadOf: appointmentId,
  });
});

test('changes are made in the name of the business, once per key', async () => {
  await call('POST', `/api/v1/appointments/${appointmentId}/move`, { body: { slot }, once: 'order-17' });
  expect(asked).toMatchObject([
    { key: 'api:order-17', request: { appointmentId, proof: { by: 'business' }, slot: { startsAt: view.startsAt } } },
  ]);
  await call('POST', '/api/v1/appointments', { body: booked });
  const [first] = asked.map(({ key }) => key);
  await call('POST', '/api/v1/appointments', { body: booked });
  const [second] = asked.map(({ key }) => key);
  expect(first).toMatch(/^api:[0-9a-f-]{36}$/);
  expect(second).not.toBe(first);
  expect(await call('POST', '/api/v1/appointments', { body: booked, once: 'x'.repeat(101) })).toMatchObject({
    status: 400,
  });
});

test('a held time is made an appointment, or given up, by its id', async () => {
  const held = await call('POST', '/api/v1/appointments/holds', { body: { slot, seconds: 600 }, once: 'hold-1' });
  expect(held.body).toMatchObject({
    appointment: { appointment_id: appointmentId, expires_at: '2026-11-21T12:05:00Z' },
  });
  expect(asked).toMatchObject([{ verb: 'hold-slot', key: 'api:hold-1', request: { seconds: 600 } }]);
  const path = `/api/v1/appointments/holds/${appointmentId}`;
  const confirmed = await call('POST', `${path}/confirm`, { body: { customer: booked.customer, note: 'Back door' } });
  expect(confirmed.body).toMatchObject({ appointment: { confirmation_code: 'HJLMQ' } });
  expect(asked).toMatchObject([{ verb: 'confirm-hold', request: { appointmentId, note: 'Back door' } }]);
  expect((await call('POST', `${path}/release`)).body).toMatchObject({ released: true });
  expect(asked).toMatchObject([{ verb: 'release-hold', request: { appointmentId } }]);
});

test.each(['move', 'cancel'])('whether it was late to %s is told, and what the business says of that', async (what) => {
  const body = what === 'move' ? { slot } : {};
  const { body: told } = await call('POST', `/api/v1/appointments/${appointmentId}/${what}`, { body });
  expect(told).toMatchObject({ late: true, late_note: 'That costs 40 dollars.' });
});

test('a resource whose services are all retired is listed still', async () => {
  resource.serviceIds = [];
  const { status, body } = await call('GET', '/api/v1/resources');
  resource.serviceIds = [serviceId];
  expect(status).toBe(200);
  expect(body.resources).toMatchObject([{ name: 'Dana', service_ids: [] }]);
});

test.each([
  ['GET', '/api/v1/appointments?since=0000-01-01T00:00:00Z', undefined, 'since'],
  ['GET', '/api/v1/slots?service=%00', undefined, 'service'],
  ['POST', '/api/v1/appointments', { ...booked, note: 'a\u0000b' }, 'note'],
  ['POST', '/api/v1/appointments', { ...booked, customer: { name: '\ud83d', phone: null } }, 'customer.name'],
  ['PUT', '/api/v1/services', { name: 'a\u0000b', duration_minutes: 60 }, 'name'],
  [
    'PUT',
    '/api/v1/resources',
    { name: 'Dana', service_ids: [serviceId], weekly_hours: [{ weekday: 1, from: '09:00', to: '17:00', until: 'x' }] },
    'weekly_hours.0',
  ],
  [
    'PUT',
    '/api/v1/booking-rules',
    { time_zone: 'America/Chicago', closed_dates: [{ date: '2026-12-24', to: 'x' }] },
    'closed_dates.0',
  ],
])('%s %s: what cannot be kept is refused by name', async (method, path, body, field) => {
  const answered = await call(method, path, { body });
  expect(answered.status).toBe(400);
  expect(answered.body.error?.issues.map((issue) => issue.path)).toEqual([field]);
  expect(asked).toEqual([]);
});

test('every wrong field is named', async () => {
  const wrong = { name: '', duration_minutes: 3, skills: [''], also_needs: ['moon'], colour: 'red' };
  const { status, body } = await call('PUT', '/api/v1/services', { body: wrong });
  expect(status).toBe(400);
  const paths = body.error?.issues.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['name', 'duration_minutes', 'skills.0', 'also_needs.0']));
  expect(JSON.stringify(body)).toContain('colour');
  const both = { resource_id: resourceId, appointment_id: appointmentId };
  for (const links of [both, {}]) {
    expect(await call('POST', '/api/v1/calendar-links', { body: links })).toMatchObject({ status: 400 });
  }
});

test('a link is an address that calendar programs can read', async () => {
  const { body } = await call('POST', '/api/v1/calendar-links', { body: { resource_id: resourceId } });
  expect(body).toMatchObject({ success: true, link_id: linkId, url: `${PUBLIC_URL}/calendar/${token}.ics` });
  const path = new URL(body.url).pathname;
  const first = await fetch(`http://127.0.0.1:${gateway.port}${path}`);
  expect(first.status).toBe(200);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    ...{ 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'private, no-cache', etag: '"v1"' },
    'content-disposition': 'inline; filename="calendar.ics"',
  });
  expect(await first.text()).toBe('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
  for (const known of ['"v1"', 'W/"v1"', '"v0", "v1"']) {
    const again = await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers: { 'if-none-match': known } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  }
  const changed = await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers: { 'if-none-match': '"v0"' } });
  expect(changed.status).toBe(200);
});

test('an address that opens nothing says nothing, whatever is wrong with it', async () => {
  const answers = [];
  for (const file of [
    `${randomBytes(32).toString('base64url')}.ics`,
    'short.ics',
    token,
    `${token}.txt`,
    `${token}x.ics`,
  ]) {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/calendar/${file}`);
    answers.push({ status: response.status, body: await response.json() });
  }
  for (const answer of answers) {
    expect(answer).toEqual({
      status: 404,
      body: { success: false, error: { code: 'not_found', message: 'there is nothing at this address' } },
    });
  }
});

test('neither the token of a calendar nor a key is logged, whatever becomes of the request', async () => {
  const { body } = await call('POST', '/api/v1/calendar-links', { body: { resource_id: resourceId } });
  const unknown = randomBytes(32).toString('base64url');
  const paths = [new URL(body.url).pathname, `/calendar/${unknown}.ics`, `/calendar/${unknown}.txt?of=${token}`];
  for (const path of paths) await (await fetch(`http://127.0.0.1:${gateway.port}${path}`)).text();
  await call('DELETE', `/api/v1/calendar-links/${linkId}`);
  const log = logged.join('');
  expect(log).toContain('"service":"gateway"');
  for (const secret of [token, unknown, a.key]) expect(log).not.toContain(secret);
});
