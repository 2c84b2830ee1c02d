// Pins: a filter that leaves out an event that was asked for, and an event accepted for the wrong tenant or contract.
import { type EventContract, eventFilter, toCloudEvent } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { callEnded, callStarted, callTurn } from '@frontdesk/contracts/events/call';
import { describe, expect, test } from 'vitest';
import { filterFor, readEvent } from './envelope.ts';

const callSid = `CA${'0a'.repeat(16)}`;
const envelope = toCloudEvent(callStarted, 'media-bridge', {
  id: `${callSid}:1:0`,
  businessId: 'b1',
  subject: callSid,
  sequence: 0,
  time: Temporal.Instant.from('2026-11-21T10:00:00Z'),
  data: { callSid, direction: 'inbound', from: null, to: '+13125550142', startedAt: '2026-11-21T10:00:00Z' },
});

function message(body: unknown, subject = 'events.b1.call.started') {
  return { subject, string: () => (typeof body === 'string' ? body : JSON.stringify(body)) };
}

describe('the one filter of a consumer', () => {
  const cases: [contracts: EventContract[], filter: string][] = [
    [[callStarted], 'events.*.call.started'],
    [[callStarted, callStarted], 'events.*.call.started'],
    [[callStarted, callEnded], 'events.*.call.>'],
    [[callStarted, appointmentBooked], 'events.*.>'],
  ];
  test.each(cases)('covers every contract and is no wider than it must be', (contracts, filter) => {
    expect(filterFor(contracts)).toBe(filter);
    const covering = new RegExp(`^${filter.replaceAll('.', '\\.').replace('*', '\\*').replace('>', '.+')}$`);
    for (const contract of contracts) expect(eventFilter(contract)).toMatch(covering);
  });

  test('needs something to filter', () => expect(() => filterFor([])).toThrow());
});

describe('reading', () => {
  test('an event of a contract', () => {
    expect(readEvent([callTurn, callStarted], message(envelope))).toEqual({
      kind: 'event',
      event: envelope,
      contract: callStarted,
    });
  });

  test('fields of a later release are dropped, not refused', () => {
    const later = { ...envelope, data: { ...envelope.data, mood: 'good' }, extension: 'x' };
    expect(readEvent([callStarted], message(later))).toMatchObject({ kind: 'event', event: envelope });
  });

  test('an event nobody asked for, or of a later version, is left alone', () => {
    expect(readEvent([callTurn], message(envelope))).toEqual({ kind: 'other' });
    const later = { ...envelope, type: 'frontdesk.call.started.v2' };
    expect(readEvent([callStarted], message(later))).toEqual({ kind: 'other' });
  });

  test('what cannot be an event, or is another tenant’s, is malformed; the reason holds no values', () => {
    const wrong = [
      message('{'),
      message(''),
      message({ ...envelope, specversion: '0.3' }),
      message({ ...envelope, data: { ...envelope.data, to: '555-0142' } }),
      message(envelope, 'events.b2.call.started'),
    ];
    for (const candidate of wrong) {
      const read = readEvent([callStarted], candidate);
      expect(read.kind).toBe('malformed');
      expect(JSON.stringify(read)).not.toContain('555');
    }
  });
});
