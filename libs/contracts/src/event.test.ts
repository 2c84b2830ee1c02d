// Pins: an envelope other CloudEvents readers cannot read, ids that collide over businesses, events that sort wrongly.
import { expect, test } from 'vitest';
import { businessConsumerName, cloudEvent, defineEvent, eventType, messageIdOf, toCloudEvent } from './event.ts';
import { callStarted } from './events/call.ts';
import { WireError, wireErrorBody } from './wire-error.ts';

const sid = `CA${'0a'.repeat(16)}`;
const event = {
  id: `${sid}:1:0`,
  businessId: 'b1',
  subject: sid,
  sequence: 7,
  time: Temporal.Instant.from('2026-11-21T10:00:00.123Z'),
  data: {
    callSid: sid,
    direction: 'inbound' as const,
    from: null,
    to: '+13125550142',
    startedAt: '2026-11-21T10:00:00Z',
  },
};

test('an event survives the wire', () => {
  const sent = toCloudEvent(callStarted, 'media-bridge', event, '00-0a-0b-01');
  const read = cloudEvent.parse(JSON.parse(JSON.stringify(sent)));
  expect(read).toEqual(sent);
  expect(callStarted.data.parse(read.data)).toEqual(event.data);
  expect(read).toMatchObject({
    type: 'frontdesk.call.started.v1',
    source: '/services/media-bridge',
    businessid: 'b1',
    traceparent: '00-0a-0b-01',
  });
});

test('extension attributes have the names CloudEvents allows', () => {
  for (const name of Object.keys(toCloudEvent(callStarted, 'media-bridge', event)))
    expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});

test('sequences sort as text like they sort as numbers', () => {
  const texts = [9, 10, 100, 99_999].map((sequence) => toCloudEvent(callStarted, 'x', { ...event, sequence }).sequence);
  expect([...texts].sort()).toEqual(texts);
});

test('the message id holds the business, since the stream forgets repeats over all of them', () => {
  const [one, other] = ['b1', 'b2'].map((businessId) =>
    messageIdOf(toCloudEvent(callStarted, 'x', { ...event, businessId })),
  );
  expect(one).toBe(`b1:${sid}:1:0`);
  expect(other).not.toBe(one);
});

test('what does not fit its contract is not sent', () => {
  expect(() => toCloudEvent(callStarted, 'x', { ...event, data: { ...event.data, to: '0142' } })).toThrow();
  expect(() => toCloudEvent(callStarted, 'x', { ...event, businessId: 'b1.b2' })).toThrow();
});

test('a name that would make another subject cannot be declared', () => {
  for (const name of ['', 'a.b', '*', '>', 'A', 'a b']) {
    expect(() => defineEvent({ ...callStarted, entity: name })).toThrow();
    expect(() => defineEvent({ ...callStarted, what: name })).toThrow();
  }
});

test('a business’s consumer has its own name', () => {
  expect(businessConsumerName('b1')).toBe('biz_b1');
  expect(eventType(callStarted)).toBe('frontdesk.call.started.v1');
});

test('a wire error survives the wire without its cause', () => {
  const error = new WireError('conflict', 'just taken', {
    issues: [{ path: 'slot', message: 'taken' }],
    cause: new Error('select * from secrets'),
  });
  const body = wireErrorBody.parse(JSON.parse(JSON.stringify(error.toBody())));
  expect(WireError.from(body)).toMatchObject({ code: 'conflict', message: 'just taken', issues: error.issues });
  expect(JSON.stringify(body)).not.toContain('secrets');
});
