// Pins: a dead call told under other ids than its bridge used, told twice, or told as if it had never been answered.
import { callEnded, callToolCalled } from '@frontdesk/contracts/events/call';
import { endedPlace, entryPlace, messagePlace, startedPlace } from '@frontdesk/contracts/events/call-event-id';
import { messageTaken } from '@frontdesk/contracts/events/message';
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
  const told = unsaid({
    head,
    entries: [turn(0), turn(1), turn(2)],
    started: false,
    said: new Set([0, 1]),
    legEndedAt,
  });
  expect(told.map(({ event }) => [event.id, event.sequence])).toEqual([
    Object.values(startedPlace(callSid)),
    Object.values(entryPlace(callSid, 2)),
    Object.values(endedPlace(callSid, 3)),
  ]);
  const ended = callEnded.data.parse(told.at(-1)?.event.data);
  expect(ended).toMatchObject({ entries: 3, reason: 'stream_lost', endedAt: '2026-06-17T15:01:00Z' });
  for (const { contract, event } of told) expect(contract.data.safeParse(event.data).success).toBe(true);
});

it('does not say again that it began, when that was said', () => {
  const told = unsaid({ head, entries: [turn(0)], started: true, said: new Set([0]), legEndedAt });
  expect(told.map(({ event }) => event.id)).toEqual([endedPlace(callSid, 1).id]);
});

// Pins: a business that is not told that a booking was asked for, or is told that it failed when nobody knows.
it('tells what was asked of a service and never answered, as not known', () => {
  const intent = (toolCallId: string) => ({
    ...{ toolCallId, name: 'book_slot', arguments: '{"slot":"s1"}', idempotencyKey: toolCallId },
    askedAt: '2026-06-17T15:00:10Z',
  });
  const answered: CallEntry = {
    ...{ kind: 'tool', seq: 1, toolCallId: 'c1', name: 'book_slot', arguments: '{}', outcome: 'ok', output: '{}' },
    at: '2026-06-17T15:00:09Z',
  };
  const left = { ...head, pendingTools: [intent('c1'), intent('c2')] };
  const told = unsaid({ head: left, entries: [turn(0), answered], started: false, said: new Set([0, 1]), legEndedAt });
  expect(told.map(({ event }) => event.id)).toEqual([
    startedPlace(callSid).id,
    entryPlace(callSid, 2).id,
    endedPlace(callSid, 3).id,
  ]);
  const call = callToolCalled.data.parse(told[1]?.event.data);
  expect(call).toMatchObject({ seq: 2, toolCallId: 'c2', outcome: 'deadline', startedAt: '2026-06-17T15:00:10Z' });
  expect(call.output).toContain('not known whether');
  expect(callEnded.data.parse(told.at(-1)?.event.data).entries).toBe(3);
});

// Pins: a message that was taken, and that nobody but the bridge that died knew of.
// Pins: one tool call told twice, because the write of its intent was repeated.
it('tells what was never answered once, however often it is in the record', () => {
  const intent = {
    ...{ toolCallId: 'c1', name: 'book_slot', arguments: '{}', idempotencyKey: 'c1' },
    askedAt: '2026-06-17T15:00:10Z',
  };
  const told = unsaid({
    head: { ...head, pendingTools: [intent, intent] },
    entries: [],
    started: false,
    said: new Set(),
    legEndedAt,
  });
  expect(told.map(({ event }) => event.id)).toEqual([
    startedPlace(callSid).id,
    entryPlace(callSid, 0).id,
    endedPlace(callSid, 1).id,
  ]);
});

it('tells of messages for the team: those it answered and those it could not any more, under ids of their own', () => {
  const note = { name: null, number: null, text: 'No heat.', urgency: 'urgent' as const, reason: 'asked' as const };
  const request = JSON.stringify({ to: 'takeMessage', body: note });
  const intent = {
    ...{ toolCallId: 'c2', name: 'take_message', arguments: '{}', idempotencyKey: 'k', request },
    askedAt: '2026-06-17T15:00:10Z',
  };
  const output = JSON.stringify({ taken: true, message: { ...note, text: 'The first.' } });
  const answered: CallEntry = {
    ...{ kind: 'tool', seq: 0, toolCallId: 'c1', name: 'take_message', arguments: '{}', outcome: 'ok', output },
    at: '2026-06-17T15:00:09Z',
  };
  const left = { ...head, pendingTools: [intent] };
  const told = unsaid({ head: left, entries: [answered], started: false, said: new Set(), legEndedAt });
  const messages = told.filter(({ contract }) => contract === messageTaken);
  expect(messages.map(({ event }) => [event.id, messageTaken.data.parse(event.data).text])).toEqual([
    [messagePlace(callSid, 'c1', 0).id, 'The first.'],
    [messagePlace(callSid, 'c2', 1).id, 'No heat.'],
  ]);
  const calls = told.filter(({ contract }) => contract === callToolCalled);
  expect(calls.map(({ event }) => callToolCalled.data.parse(event.data).outcome)).toEqual(['ok', 'ok']);
});

it('reports what the call had used by its last recorded entry', () => {
  const usage = { inputTokens: 900, outputTokens: 80, cachedTokens: 640, audioInputTokens: 700, audioOutputTokens: 60 };
  const entries = [{ ...turn(0), usage: { ...usage, inputTokens: 300 } }, { ...turn(1), usage }, turn(2)];
  const told = unsaid({ head, entries, started: false, said: new Set(), legEndedAt });
  expect(callEnded.data.parse(told.at(-1)?.event.data).usage).toEqual(usage);
});

it.each([
  [{ startedAt: undefined, phase: 'reserved' as const }, 'never_connected'],
  [{ phase: 'ending' as const, next: { kind: 'hangup' as const } }, 'goodbye'],
  [{ phase: 'ending' as const, next: { kind: 'voicemail' as const } }, 'stream_lost'],
  // A fault of ours was told as a lost stream, and a caller who hung up as a goodbye.
  [{ phase: 'ending' as const, next: { kind: 'apology' as const }, endReason: 'failed' as const }, 'failed'],
  [{ startedAt: undefined, phase: 'ending' as const, endReason: 'failed' as const }, 'failed'],
  [{ startedAt: undefined, phase: 'ending' as const, endReason: 'stream_lost' as const }, 'never_connected'],
  [
    { phase: 'ending' as const, next: { kind: 'hangup' as const }, endReason: 'caller_hung_up' as const },
    'caller_hung_up',
  ],
])('of %o it says %s', (changes, reason) => {
  const told = unsaid({ head: { ...head, ...changes }, entries: [], started: false, said: new Set(), legEndedAt });
  expect(callEnded.data.parse(told.at(-1)?.event.data).reason).toBe(reason);
});
