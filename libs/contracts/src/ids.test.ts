// Pins: an id that is more than one subject token, or a wildcard, and so reaches another tenant.
import { describe, expect, test } from 'vitest';
import { findSlots } from './booking/find-slots.ts';
import { authenticateApiKey } from './business-profile/authenticate-api-key.ts';
import { businessConsumerName, businessEventsSubject, eventSubject } from './event.ts';
import { callStarted } from './events/call.ts';
import {
  businessId,
  callSid,
  date,
  endOfPeriod,
  instant,
  NO_BUSINESS,
  phoneNumber,
  podId,
  pool,
  timeOfDay,
  timeZone,
} from './ids.ts';
import { callEntryKey, callKey } from './kv/calls.ts';
import { directoryKey } from './kv/directory.ts';
import { reserveCall } from './media-bridge/reserve-call.ts';
import { rpcServerSubject, rpcSubject, targetOfSubject } from './rpc.ts';

const hostile = [
  '',
  ' ',
  '.',
  '*',
  '>',
  'a.b',
  'a b',
  'b1.>',
  'b1.*',
  '*.x',
  'b1\n',
  '\tb1',
  'b1\u0000',
  'B1',
  'é',
  '-b',
  'a'.repeat(64),
];

describe.each([
  ['businessId', businessId],
  ['podId', podId],
  ['pool', pool],
])('%s', (_name, schema) => {
  test.each(hostile)('refuses %j', (text) => expect(schema.safeParse(text).success).toBe(false));
  test.each(['b1', 'acme-plumbing', '7', 'a'.repeat(63)])('takes %j', (text) => expect(schema.parse(text)).toBe(text));
  test('refuses what stands for no tenant', () => expect(schema.safeParse(NO_BUSINESS).success).toBe(false));
});

describe('subjects are built from checked ids alone', () => {
  test.each([...hostile, NO_BUSINESS])('a request to %j throws', (target) => {
    expect(() => rpcSubject(findSlots, target)).toThrow();
    expect(() => rpcSubject(reserveCall, target)).toThrow();
    expect(() => rpcServerSubject(reserveCall, target)).toThrow();
    expect(() => businessEventsSubject(target)).toThrow();
    expect(() => businessConsumerName(target)).toThrow();
  });

  test.each(hostile)('an event of %j throws', (target) => expect(() => eventSubject(callStarted, target)).toThrow());

  test('a request without a tenant has one target only', () => {
    expect(rpcSubject(authenticateApiKey, NO_BUSINESS)).toBe('rpc.v1.business-profile.authenticate-api-key._');
    expect(() => rpcSubject(authenticateApiKey, 'b1')).toThrow();
  });

  test('the target comes back out of the subject', () => {
    expect(targetOfSubject(findSlots, rpcSubject(findSlots, 'b1'))).toBe('b1');
    expect(targetOfSubject(reserveCall, rpcSubject(reserveCall, 'pod-1'))).toBe('pod-1');
    expect(() => targetOfSubject(findSlots, 'rpc.v1.booking.find-slots.NOT-ONE')).toThrow();
  });

  test('a pod’s contract cannot be served without a pod', () => expect(() => rpcServerSubject(reserveCall)).toThrow());
});

describe('keys', () => {
  const sid = `CA${'0a'.repeat(16)}`;
  test('of a call are made from a CallSid alone', () => {
    expect([callKey(sid), callEntryKey(sid, 3)]).toEqual([sid, `${sid}.turn.3`]);
    for (const text of [...hostile, 'CA', `${sid}0`, sid.toLowerCase(), sid.toUpperCase(), `CA${'g'.repeat(32)}`]) {
      expect(callSid.safeParse(text).success, text).toBe(false);
      expect(() => callKey(text)).toThrow();
    }
  });

  test('of the directory are a number’s digits', () => {
    expect(directoryKey('+13125550142')).toBe('13125550142');
    for (const text of ['13125550142', '+03125550142', '+1 312 555 0142', '+1312', 'anonymous', '+1312555014212345']) {
      expect(phoneNumber.safeParse(text).success, text).toBe(false);
    }
  });
});

describe('times', () => {
  test('zones are those the runtime knows', () => {
    expect(timeZone.safeParse('America/Chicago').success).toBe(true);
    for (const text of ['', 'America/Gotham', 'CDT+5?']) expect(timeZone.safeParse(text).success, text).toBe(false);
  });
  test('instants carry an offset', () => {
    for (const text of ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123456789Z', '2026-11-21T10:00:00-06:00']) {
      expect(instant.safeParse(text).success, text).toBe(true);
    }
    for (const text of ['2026-11-21T10:00:00', '2026-11-21', 'now'])
      expect(instant.safeParse(text).success).toBe(false);
  });
  test('instants and dates are those that PostgreSQL and Temporal know', () => {
    for (const text of ['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])
      expect(instant.safeParse(text).success, text).toBe(true);
    for (const text of [
      '0000-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '9999-12-31T23:59:59-14:00',
      '2026-11-21T10:00:00.1234567890Z',
    ])
      expect(instant.safeParse(text).success, text).toBe(false);
    expect(
      ['1970-01-01', '9999-12-31', '0000-01-01', '1969-12-31'].map((text) => date.safeParse(text).success),
    ).toEqual([true, true, false, false]);
  });
  test('times of day are HH:MM', () => {
    expect(timeOfDay.safeParse('23:59').success).toBe(true);
    expect(['09:30', '24:00'].every((text) => endOfPeriod.safeParse(text).success)).toBe(true);
    for (const text of ['24:01', '25:00', '9:30', '00:00:00']) expect(endOfPeriod.safeParse(text).success).toBe(false);
    for (const text of ['24:00', '9:30', '09:60', '09:30:00']) expect(timeOfDay.safeParse(text).success).toBe(false);
  });
});
