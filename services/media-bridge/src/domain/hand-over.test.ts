// Pins: words that a caller speaks into the gap between two bridges, and that nobody hears.
import { describe, expect, it } from 'vitest';
import { harness } from './call-session.harness.ts';
import { UNINTELLIGIBLE } from './caller-speech.ts';
import { HAND_OVER_WITHIN_MS, MORE_TO_COME_MS, THINKING_AFTER_MS } from './hand-over.ts';

type Call = ReturnType<typeof harness>;

/** Greeted, and all of it heard. */
function greeted(): Call {
  const call = harness();
  call.answer();
  call.speak('r1', 'how can I help you', 2_000);
  call.advance(2_000);
  call.echoMarks();
  return call;
}

/** The receptionist begins a sentence that answers the caller's question. */
function answering(ms: number): Call {
  const call = greeted();
  call.say('u1', 'What does it cost?');
  call.speak('r2', 'it costs 129 dollars', ms);
  return call;
}

/** The first part of what the receptionist says now. */
function hear(call: Call, ms: number): void {
  const marks = call.all('mark').map(({ name }) => ({ name, atMs: Number(name.split(':')[1]) }));
  call.advance(ms);
  for (const { name, atMs } of marks)
    if (name.startsWith('item_r2:') && atMs <= ms) call.receive({ kind: 'mark', name });
}

function left(call: Call): boolean[] {
  return call.all('handed_over').map(({ unnoticed }) => unnoticed);
}

describe('a call that is to be left to another bridge', () => {
  it('is left when the caller’s words are in the record and they wait for the answer', () => {
    const call = greeted();
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.receive({ kind: 'hand_over' });
    call.advance(2_000);
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    expect(left(call)).toEqual([]);
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    expect(left(call)).toEqual([]);
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'What does it cost?' });
    expect(left(call)).toEqual([true]);
    expect(call.turns().at(-1)).toEqual({ role: 'caller', text: 'What does it cost?', interrupted: false });
    expect(call.all('ended')).toEqual([]);
    expect(call.decisions.at(-1)?.kind).toBe('handed_over');
  });

  it('waits for words that are recognised after the answer has begun, and takes nothing as said that was not heard', () => {
    const call = greeted();
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.receive({ kind: 'hand_over' });
    call.speak('r2', 'it costs 129 dollars', 4_000);
    expect(left(call)).toEqual([]);
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'What does it cost?' });
    expect(left(call)).toEqual([true]);
    expect(call.turns().at(-1)?.role).toBe('caller');
  });

  it('is left in the middle of a sentence that goes on, which breaks off where the caller heard it break off', () => {
    const call = answering(4_000);
    hear(call, 4_000 - MORE_TO_COME_MS);
    call.receive({ kind: 'hand_over' });
    expect(left(call)).toEqual([false]);
    expect(call.turns().at(-1)).toEqual({ role: 'receptionist', text: 'it costs 129', interrupted: true });
  });

  it('is not left at the end of a sentence, nor in the moment after it: whoever was asked answers', () => {
    const call = answering(4_000);
    hear(call, 4_000 - MORE_TO_COME_MS);
    call.advance(1);
    call.receive({ kind: 'hand_over' });
    call.advance(MORE_TO_COME_MS - 1);
    call.echoMarks();
    call.advance(700);
    expect(left(call)).toEqual([]);
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    call.advance(THINKING_AFTER_MS);
    expect(left(call)).toEqual([]);
    call.engine({ kind: 'speech_stopped', itemId: 'u2' });
    call.engine({ kind: 'caller_turn', itemId: 'u2' });
    call.engine({ kind: 'caller_words', itemId: 'u2', text: 'Book it' });
    expect(left(call)).toEqual([true]);
  });

  it('is left in a silence that shows that the caller thinks', () => {
    const call = greeted();
    call.receive({ kind: 'hand_over' });
    call.advance(THINKING_AFTER_MS - 1);
    expect(left(call)).toEqual([]);
    call.advance(1);
    expect(left(call)).toEqual([false]);
  });

  it('lets the greeting be heard', () => {
    const call = harness();
    call.answer();
    call.speak('r1', 'how can I help you', 4_000);
    call.receive({ kind: 'hand_over' });
    call.advance(4_000);
    call.echoMarks();
    expect(left(call)).toEqual([]);
    expect(call.turns()).toMatchObject([{ text: 'how can I help you', interrupted: false }]);
  });

  it('waits for a tool, whose answer the other bridge tells', () => {
    const call = greeted();
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.engine({ kind: 'response_started', responseId: 'r2' });
    const args = '{"query":"price"}';
    call.engine({ kind: 'tool_call', responseId: 'r2', toolCallId: 'c1', name: 'search_knowledge', arguments: args });
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'completed' });
    call.receive({ kind: 'hand_over' });
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'What does it cost?' });
    expect(left(call)).toEqual([]);
    const reply = { from: 'searchKnowledge' as const, body: { passages: [] } };
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: { ok: true, reply } });
    call.engine({ kind: 'response_started', responseId: 'r3' });
    expect(left(call)).toEqual([true]);
    expect(call.all('entry').at(-1)?.entry).toMatchObject({ kind: 'tool', toolCallId: 'c1', outcome: 'ok' });
  });

  it('waits for keys to be answered', () => {
    const call = answering(4_000);
    call.receive({ kind: 'dtmf', digit: '5' });
    call.receive({ kind: 'hand_over' });
    call.advance(2_000);
    call.engine({ kind: 'response_started', responseId: 'r3' });
    expect(left(call)).toEqual([]);
    call.speak('r3', 'five it is then', 4_000);
    // The record holds them, and none of the answer was heard: the other bridge gives it.
    expect(left(call)).toEqual([true]);
    expect(call.turns().at(-1)?.text).toBe('[pressed 5]');
  });

  it('is left at once while there is no line', () => {
    const call = answering(4_000);
    call.receive({ kind: 'stream_lost' });
    call.receive({ kind: 'hand_over' });
    expect(left(call)).toEqual([false]);
  });
});

describe('a call whose time for a good moment is over', () => {
  it('is left in the middle of the caller’s words, and its record says that there were some', () => {
    const call = greeted();
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.receive({ kind: 'hand_over' });
    call.advance(HAND_OVER_WITHIN_MS - 1);
    expect(left(call)).toEqual([]);
    call.advance(1);
    expect(left(call)).toEqual([false]);
    expect(call.turns().at(-1)).toMatchObject({ role: 'caller', text: UNINTELLIGIBLE });
  });

  it('is left that long after it was wanted, whatever silences there were', () => {
    const call = greeted();
    call.receive({ kind: 'hand_over' });
    call.advance(THINKING_AFTER_MS - 1);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(HAND_OVER_WITHIN_MS - THINKING_AFTER_MS);
    expect(left(call)).toEqual([]);
    call.advance(1);
    expect(left(call)).toEqual([false]);
  });

  it('leaves its tools to be settled in the other bridge', () => {
    const call = greeted();
    call.engine({ kind: 'response_started', responseId: 'r2' });
    const args = '{"name":"Alex"}';
    call.engine({ kind: 'tool_call', responseId: 'r2', toolCallId: 'c1', name: 'save_caller_name', arguments: args });
    call.receive({ kind: 'hand_over' });
    call.advance(HAND_OVER_WITHIN_MS);
    expect(call.all('handed_over')).toHaveLength(1);
    expect(call.all('entry').filter(({ entry }) => entry.kind === 'tool')).toEqual([]);
  });

  it('has keys in its record that were pressed just then', () => {
    const call = greeted();
    call.receive({ kind: 'hand_over' });
    call.advance(HAND_OVER_WITHIN_MS - THINKING_AFTER_MS - 2_500);
    for (const digit of '312555') {
      call.receive({ kind: 'dtmf', digit });
      call.advance(1_000);
    }
    expect(left(call)).toEqual([false]);
    expect(call.turns().at(-1)?.text).toContain('[pressed 3 1 2 5 5 5]');
  });

  it('is not held up by words whose model is gone', () => {
    const call = answering(4_000);
    call.advance(1_000);
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    call.engine({ kind: 'lost', reason: 'closed' });
    call.engine({ kind: 'connected' });
    call.engine({ kind: 'ready' });
    call.receive({ kind: 'hand_over' });
    expect(left(call)).toHaveLength(1);
  });
});
