// Pins: a dead call told under other ids than its bridge used, told twice, or told as if it had never been answered.
import { callEnded } from '@frontdesk/contracts/events/call';
import { endedPlace, entryPlace, startedPlace } from '@frontdesk/contracts/events/call-event-id';
import type { CallEntry, CallHead } from '@frontdesk/contracts/kv/calls';
import { expect, it } from 'vitest';
import { unsaid } from './dead-call.ts';

const callSid = `CA${'0'.repeat(32)}`;
const head: CallHead = {
  version: 1,
  businessId: 'b1',
  callSid,
  direction: 'inbound',
  from: null,
  to: '+13125550100',
  owner: { podId: 'bridge-1', address: '127.0.0.1:1' },
  epoch: 2,
  phase: 'talking',
  pendingTools: [],
  reservedAt: '2026-06-17T15:00:00Z',
  startedAt: '2026-06-17T15:00:01Z',
};
const turn = (seq: number): CallEntry => ({
  kind: 'turn',
  seq,
  role: 'caller',
  text: 'Hello',
  startedAt: '2026-06-17T15:00:02Z',
  endedAt: '2026-06-17T15:00:03Z',
  interrupted: false,
});
const legEndedAt = Temporal.Instant.from('2026-06-17T15:01:00Z');

it('tells what was not told, under the ids it would have had, and the end last', () => {
  const told = unsaid({ head, entries: [turn(0), turn(1), turn(2)], said: new Set([0, 1]), legEndedAt });
  expect(told.map(({ event }) => [event.id, event.sequence])).toEqual([
    Object.values(startedPlace(callSid)),
    Object.values(entryPlace(callSid, 2)),
    Object.values(endedPlace(callSid, 3)),
  ]);
  const ended = callEnded.data.parse(told.at(-1)?.event.data);
  expect(ended).toMatchObject({ entries: 3, reason: 'stream_lost', endedAt: '2026-06-17T15:01:00Z' });
  for (const { contract, event } of told) expect(contract.data.safeParse(event.data).success).toBe(true);
});

it.each([
  [{ startedAt: undefined, phase: 'reserved' as const }, 'never_connected'],
  [{ phase: 'ending' as const, next: { kind: 'hangup' as const } }, 'goodbye'],
  [{ phase: 'ending' as const, next: { kind: 'voicemail' as const } }, 'stream_lost'],
])('of %o it says %s', (changes, reason) => {
  const told = unsaid({ head: { ...head, ...changes }, entries: [], said: new Set(), legEndedAt });
  expect(callEnded.data.parse(told.at(-1)?.event.data).reason).toBe(reason);
});
