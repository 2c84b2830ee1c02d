// Pins: a time picked by its handle that the bridge that took the call over does not know, or knows as another one; a tool
// that was answered and is asked again.
import type { CallEntry, CallHead } from '@frontdesk/contracts/kv/calls';
import { expect, it } from 'vitest';
import { createCallClock } from '../domain/call-clock.ts';
import { resumedCall } from './claimed-call.ts';

const at = '2026-06-17T15:00:10Z';
const slot = {
  ...{ serviceId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11', resourceId: '5b5b5d8f-2f4b-4b1d-8c0e-6d5c7a1e2b33' },
  ...{ startsAt: '2026-12-03T20:30:00Z', endsAt: '2026-12-03T21:30:00Z', serviceName: 'Furnace repair' },
  ...{ resourceName: 'Dana', spoken: 'Thursday, December 3 at 2:30 PM' },
};
const intent = { toolCallId: 'c2', name: 'book_slot', arguments: '{}', idempotencyKey: 'c2', askedAt: at };
const head: CallHead = {
  ...{ version: 1, businessId: 'b1', callSid: `CA${'0'.repeat(32)}`, direction: 'inbound', from: null },
  ...{ to: '+13125550100', owner: { podId: 'bridge-2', address: '127.0.0.1:2' }, epoch: 2, phase: 'talking' },
  ...{ pendingTools: [intent, { ...intent, toolCallId: 'c3', idempotencyKey: 'c3' }], reservedAt: at, startedAt: at },
  offers: [{ handle: 's1', slot }],
};
const offered = { handle: 's2', slot: { ...slot, startsAt: '2026-12-03T21:30:00Z' }, named: true };
const booked = { handle: 'a1', appointmentId: '5b0f4c1e-3a55-4b6c-8a51-6a2f0a7b9c10' };
const entries: CallEntry[] = [
  { ...tool('c1', 'find_slots'), offers: [offered], appointments: [] },
  { ...tool('c2', 'book_slot'), seq: 1, appointments: [booked] },
];

function tool(toolCallId: string, name: string) {
  return { kind: 'tool' as const, seq: 0, toolCallId, name, arguments: '{}', outcome: 'ok' as const, output: '{}', at };
}

it('knows what the head and the answers of tools made known, and asks again what has no answer', () => {
  const clock = createCallClock({ instant: Temporal.Instant.from(at), monotonicMs: 0 });
  const { offers, appointments, unsettled } = resumedCall({ head, entries }, clock);
  expect(offers).toEqual([{ handle: 's1', slot }, offered]);
  expect(appointments).toEqual([booked]);
  expect(unsettled.map((each) => each.intent.toolCallId)).toEqual(['c3']);
});
