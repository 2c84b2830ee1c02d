/** The longest a call may last is over: whatever the caller does, they hear a goodbye to its end. */
import { describe, expect, it } from 'vitest';
import { harness, profile } from './call-session.harness.ts';
import { GOODBYE_DEADLINE_MS, SPEAK_OVER_AFTER_MS } from './goodbye.ts';

type Call = ReturnType<typeof harness>;

const GOODBYE = 'We have to end the call now goodbye';

/** Shortly before the end; everything was heard. */
function nearTheEnd(turnTaking: 'server' | 'robust' = 'server'): Call {
  const call = harness({ profile: { ...profile, agent: { ...profile.agent, turnTaking } } });
  call.answer();
  call.chat(profile.maxCallMs - 1_000);
  return call;
}

const lastTurn = (call: Call) => call.turns().findLast(({ role }) => role === 'receptionist');

describe.each(['server', 'robust'] as const)('when the time is up (%s)', (turnTaking) => {
  it('does not take the answer to the caller’s last words for the goodbye', () => {
    const call = nearTheEnd(turnTaking);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(1_500);
    expect(call.asked().at(-1)).toContain('time for this call is over');
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'When are you open' });
    call.speak('a1', 'We are open from eight to five', 2_000, 'item_a1', false);
    call.speak('bye', GOODBYE, 6_000, 'item_bye', true);
    call.advance(7_900);
    expect(call.all('close_stream')).toEqual([]);
    call.echoMarks();
    expect(call.all('close_stream')).toMatchObject([{ reason: 'max_length' }]);
    expect(lastTurn(call)).toMatchObject({ text: GOODBYE, interrupted: false });
    expect(call.all('degraded')).toEqual([]);
  });

  it('says the goodbye to its end, whatever sound comes, and answers nothing any more', () => {
    const call = nearTheEnd(turnTaking);
    call.advance(1_500);
    call.speak('bye', GOODBYE, 4_000);
    call.advance(1_000);
    const cut = call.all('clear').length;
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(1_000);
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'But I' });
    const played = call.all('play').length;
    call.speak('a1', 'Of course', 400, 'item_a1', false);
    expect(call.all('play')).toHaveLength(played);
    expect(call.all('clear')).toHaveLength(cut);
    expect(call.all('close_stream')).toEqual([]);
    call.advance(2_000);
    call.echoMarks();
    expect(call.all('close_stream')).toMatchObject([{ reason: 'max_length' }]);
    expect(lastTurn(call)).toMatchObject({ text: GOODBYE, interrupted: false });
  });

  it('tells a caller who talks on, over their words', () => {
    const call = nearTheEnd(turnTaking);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(1_000 + SPEAK_OVER_AFTER_MS);
    expect(call.commands('speak_over')).toHaveLength(1);
    expect(call.asked().at(-1)).toContain('time for this call is over');
    call.speak('bye', GOODBYE, 9_000);
    call.advance(9_000);
    expect(call.all('close_stream')).toEqual([]);
    call.echoMarks();
    expect(call.all('close_stream')).toMatchObject([{ reason: 'max_length' }]);
    expect(lastTurn(call)).toMatchObject({ text: GOODBYE, interrupted: false });
  });

  it('asks for it again when the model broke it off, and waits for it no longer than it may', () => {
    const call = nearTheEnd(turnTaking);
    call.advance(1_000);
    const asked = call.asked().length;
    call.engine({ kind: 'response_started', responseId: 'bye', goodbye: true });
    call.engine({ kind: 'response_done', responseId: 'bye', status: 'cancelled' });
    expect(call.asked()).toHaveLength(asked + 1);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(GOODBYE_DEADLINE_MS);
    expect(call.all('degraded').at(-1)?.reason).toBe('goodbye_unheard');
    expect(call.all('close_stream')).toMatchObject([{ reason: 'max_length' }]);
  });
});

it('is said to a caller who was cut off at that moment and comes back', () => {
  const call = nearTheEnd();
  call.receive({ kind: 'stream_lost' });
  call.advance(3_000);
  call.receive({ kind: 'stream_started' });
  expect(call.asked().at(-1)).toContain('time for this call is over');
  call.speak('bye', GOODBYE, 2_000);
  call.advance(2_000);
  call.echoMarks();
  expect(call.all('close_stream')).toMatchObject([{ reason: 'max_length' }]);
});
