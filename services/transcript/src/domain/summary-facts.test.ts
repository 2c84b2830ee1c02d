// Pins: a summary that claims a booking nobody made, and a name that is only white space.
import { callSummary, type ToolOutcome } from '@frontdesk/contracts/events/call';
import { describe, expect, it } from 'vitest';
import type { Conversation } from './conversation.ts';
import { isEmptyConversation } from './conversation.ts';
import { emptyCallSummary, settleSummary } from './summary-facts.ts';

const at = '2026-11-20T15:00:00Z';
const said = { ...emptyCallSummary('goodbye'), summary: 'Maria asked for a repair.' };

function conversation(...tools: [name: string, outcome: ToolOutcome][]): Conversation {
  const toolCalls = tools.map(([name, outcome], seq) => ({
    seq,
    name,
    arguments: '{}',
    outcome,
    output: '{}',
    startedAt: at,
    durationMs: 1,
  }));
  return { startedAt: at, endReason: 'goodbye', turns: [], toolCalls };
}

describe('settleSummary', () => {
  it.each([
    ['appointment_booked', conversation(['book_slot', 'ok']), 'appointment_booked'],
    ['appointment_booked', conversation(['book_slot', 'refused']), 'no_outcome'],
    ['appointment_booked', conversation(), 'no_outcome'],
    ['question_answered', conversation(['book_slot', 'refused'], ['book_slot', 'ok']), 'appointment_booked'],
    ['question_answered', conversation(['search_knowledge', 'ok']), 'question_answered'],
    ['message_taken', conversation(), 'message_taken'],
  ] as const)('%s, checked against the tools called', (claimed, stored, outcome) => {
    expect(settleSummary({ ...said, outcome: claimed }, stored).outcome).toBe(outcome);
  });

  it.each([
    ['  Maria ', 'Maria'],
    ['   ', null],
    [null, null],
  ])('takes %j as the name %j', (callerName, stored) => {
    expect(settleSummary({ ...said, callerName }, conversation()).callerName).toBe(stored);
  });
});

describe('an empty conversation', () => {
  const turn = { seq: 0, role: 'receptionist' as const, text: 'Hi', startedAt: at, endedAt: at, interrupted: false };

  it('is one in which only the receptionist spoke', () => {
    expect(isEmptyConversation({ ...conversation(), turns: [turn] })).toBe(true);
    expect(
      isEmptyConversation({ ...conversation(), turns: [turn, { ...turn, seq: 1, role: 'caller', text: ' ' }] }),
    ).toBe(true);
    expect(isEmptyConversation({ ...conversation(), turns: [{ ...turn, role: 'caller' }] })).toBe(false);
    expect(isEmptyConversation(conversation(['find_slots', 'ok']))).toBe(false);
  });

  it('has a summary that fits the contract', () => {
    expect(callSummary.parse(emptyCallSummary('caller_hung_up'))).toEqual(emptyCallSummary(null));
    expect(emptyCallSummary('never_connected').summary).toContain('never connected');
  });
});
