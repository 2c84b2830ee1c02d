/** A call whose stream is lost, or that was taken from another bridge. */
import { describe, expect, it } from 'vitest';
import { harness } from './call-session.harness.ts';
import { UNINTELLIGIBLE } from './caller-speech.ts';
import { GOODBYE_ECHO_MS } from './goodbye.ts';
import { DETACHED_MS } from './line-life.ts';

function talking() {
  const call = harness();
  call.answer();
  call.speak('r1', 'one two three four', 2_000);
  call.advance(1_000);
  return call;
}

describe('a stream lost without a word', () => {
  it('leaves the call, with what was not played counted as not heard', () => {
    const call = talking();
    call.receive({ kind: 'stream_lost' });
    expect(call.session.phase()).toBe('detached');
    expect(call.all('detached')).toHaveLength(1);
    // A model that remembers half a sentence says the other half, or that half again.
    expect(call.commands('truncate')).toEqual([]);
    expect(call.commands('forget')).toMatchObject([{ itemId: 'item_r1' }]);
    expect(call.turns().every(({ text, interrupted }) => interrupted && text !== 'one two three four')).toBe(true);
    expect(call.all('close_stream')).toEqual([]);
  });

  it('tells Twilio after a second, once, and hangs up after ten', () => {
    const call = talking();
    call.receive({ kind: 'stream_lost' });
    call.advance(999);
    expect(call.all('redirect')).toEqual([]);
    call.advance(1);
    expect(call.all('redirect')).toHaveLength(1);
    call.advance(DETACHED_MS - 1_001);
    expect(call.session.phase()).toBe('detached');
    call.advance(1);
    expect(call.all('redirect')).toHaveLength(1);
    expect(call.all('ended')[0]?.ending.reason).toBe('stream_lost');
  });

  it('goes on in the same conversation when another stream comes', () => {
    const call = talking();
    call.receive({ kind: 'stream_lost' });
    call.advance(1_500);
    call.receive({ kind: 'stream_started' });
    expect(call.session.phase()).toBe('talking');
    expect(call.all('started')).toHaveLength(1);
    expect(call.all('degraded')).toMatchObject([{ reason: 'stream_lost' }]);
    expect(call.commands('respond').at(-1)).toEqual({
      kind: 'respond',
      note: expect.stringContaining('"Sorry, we were cut off for a moment."'),
    });
    expect(call.commands('restore')).toEqual([]);
    call.speak('r2', 'Sorry, we were cut off', 400);
    expect(call.all('play').length).toBeGreaterThan(4);
    call.advance(DETACHED_MS);
    expect(call.session.phase()).toBe('talking');
  });

  // Pins: a model that is told to go on, knows of nothing to go on with, and asks a caller who said nothing to repeat it.
  it('is greeted again by whoever was cut off in the greeting, for the model has forgotten it', () => {
    const call = talking();
    call.receive({ kind: 'stream_lost' });
    call.advance(1_500);
    call.receive({ kind: 'stream_started' });
    const note = call.commands('respond').at(-1)?.note;
    expect(note).toContain('"Hi, this is Lakeside Heating, how can I help you?"');
    expect(note).not.toContain('Do not greet');
  });

  // Kept for the caller's return it was heard before the apology, and then once more.
  it('says nothing into the void, and nothing of it afterwards', () => {
    const call = talking();
    call.say('u1', 'What does it cost?');
    call.receive({ kind: 'stream_lost' });
    const played = call.all('play').length;
    const cancelled = call.commands('cancel').length;
    call.speak('r2', 'It costs 129 dollars', 400);
    expect(call.commands('cancel')).toHaveLength(cancelled + 1);
    expect(call.all('play')).toHaveLength(played);
    call.receive({ kind: 'stream_started' });
    expect(call.all('play')).toHaveLength(played);
    expect(call.turns().at(-1)?.text).toBe('What does it cost?');
    expect(call.commands('respond').at(-1)?.note).toContain('answer what the caller said last');
    call.speak('r3', 'Sorry, we were cut off for a moment. It costs 129 dollars', 400);
    expect(call.all('play').length).toBeGreaterThan(played);
  });
});

describe('a call that was another bridge’s', () => {
  const entries = [
    {
      kind: 'turn',
      role: 'receptionist',
      text: 'Hi there',
      startedAtMs: -9_000,
      endedAtMs: -8_000,
      interrupted: false,
    },
    {
      kind: 'turn',
      role: 'caller',
      text: 'Book the first one',
      startedAtMs: -7_000,
      endedAtMs: -6_000,
      interrupted: false,
    },
  ] as const;
  const intent = { toolCallId: 'c1', name: 'save_caller_name', arguments: '{"name":"Alex"}', idempotencyKey: 'key-1' };
  const request = { to: 'saveCallerName' as const, body: { phone: '+13125550142', name: 'Alex', callSid: 'x' } };

  // Its words are not in the record before they were heard, so there may be nothing, or the first half.
  it.each([
    ['before a word of it was recorded', []],
    ['after its first words', [{ ...entries[0], interrupted: true }]],
    ['again, after the apology', [{ ...entries[0], text: 'Sorry, we were cut off for a moment.' }]],
  ])('greets again when the other one was cut off in the greeting, %s', (_, heard) => {
    const call = harness({ resumed: { entries: heard, offers: [], unsettled: [], startedAtMs: -9_000 } });
    call.answer();
    expect(call.commands('restore')).toEqual([]);
    const note = call.commands('respond').map((asked) => asked.note);
    expect(note).toEqual([expect.stringContaining('"Sorry, we were cut off for a moment."')]);
    expect(note[0]).toContain('"Hi, this is Lakeside Heating, how can I help you?"');
    expect(note[0]).not.toContain('Do not greet');
  });

  it('settles what was asked for with the same key, and is told the result', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [{ intent, request }], startedAtMs: -9_000 } });
    call.receive({ kind: 'reserved' });
    expect(call.all('run_tool')).toMatchObject([{ toolCallId: 'c1', idempotencyKey: 'key-1', sideEffecting: false }]);
    const reply = {
      from: 'saveCallerName' as const,
      body: { callerId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11', saved: true },
    };
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: { ok: true, reply } });
    expect(call.all('entry')).toMatchObject([{ entry: { kind: 'tool', toolCallId: 'c1', seq: 2, outcome: 'ok' } }]);
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'connected' });
    call.engine({ kind: 'ready' });
    const items = call.commands('restore').flatMap((command) => command.items);
    expect(items.map(({ kind }) => kind)).toEqual(['said', 'said', 'tool', 'note']);
    expect(call.commands('respond')).toMatchObject([
      { note: expect.stringContaining('"Sorry, we were cut off for a moment."') },
    ]);
    call.receive({ kind: 'stream_started' });
    expect(call.all('started')).toEqual([]);
    expect(call.timers.get('max_length')).toBe(-9_000 + 600_000);
  });

  it('tells the model later when the answer comes after the session is there', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [{ intent, request }], startedAtMs: -9_000 } });
    call.answer();
    // A model that goes on without the answer asks again for what is being done.
    expect(call.commands('respond')[0]?.instructions).toContain('a tool is still at work');
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: { ok: false, code: 'deadline', message: 'late' } });
    expect(call.commands('tool_output')).toEqual([]);
    expect(call.commands('restore').at(-1)?.items).toMatchObject([{ kind: 'tool', toolCallId: 'c1' }]);
    expect(call.commands('respond')).toHaveLength(2);
  });

  it('never guesses about a tool whose request is not known any more', () => {
    const call = harness({
      resumed: { entries, offers: [], unsettled: [{ intent, request: undefined }], startedAtMs: 0 },
    });
    call.receive({ kind: 'reserved' });
    expect(call.all('run_tool')).toEqual([]);
    expect(call.all('entry')).toMatchObject([{ entry: { toolCallId: 'c1', outcome: 'deadline' } }]);
  });

  it('tells that it changed hands once the caller is back, and counts on from what was used', () => {
    const usage = { inputTokens: 40, outputTokens: 8, cachedTokens: 2, audioInputTokens: 30, audioOutputTokens: 6 };
    const call = harness({ resumed: { entries, offers: [], unsettled: [], startedAtMs: -9_000, usage } });
    call.receive({ kind: 'reserved' });
    expect(call.all('degraded')).toEqual([]);
    call.receive({ kind: 'stream_started' });
    expect(call.all('degraded')).toMatchObject([{ reason: 'bridge_lost' }]);
    call.engine({ kind: 'response_done', responseId: 'r1', status: 'completed', usage });
    call.say('u1', 'Hello?');
    expect(call.all('entry').at(-1)?.usage).toEqual({
      ...{ inputTokens: 80, outputTokens: 16, cachedTokens: 4, audioInputTokens: 60, audioOutputTokens: 12 },
    });
  });

  // An apology for what nobody noticed would be the only thing there is to notice.
  it('is just answered when the caller was left waiting for an answer', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [], startedAtMs: -9_000, unnoticed: true } });
    call.answer();
    expect(call.commands('respond')).toEqual([{ kind: 'respond' }]);
    expect(call.all('degraded')).toEqual([]);
  });

  // Pins: "about one minute is left", said again, and when it is half of one.
  it('is not warned of its end again', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [], startedAtMs: -570_000 } });
    call.answer();
    expect(call.timers.get('max_length')).toBe(30_000);
    call.advance(1_000);
    expect(call.asked().filter((words) => words?.includes('one minute'))).toEqual([]);
  });

  it('waits for the tool the caller waits for', () => {
    const unsettled = [{ intent, request }];
    const call = harness({ resumed: { entries, offers: [], unsettled, startedAtMs: -9_000, unnoticed: true } });
    call.answer();
    expect(call.commands('respond')).toEqual([]);
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: { ok: false, code: 'conflict', message: 'taken' } });
    expect(call.commands('respond')).toEqual([{ kind: 'respond' }]);
  });

  it('says a goodbye to its end that was ready before the line was', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [], startedAtMs: -9_000, unnoticed: true } });
    call.receive({ kind: 'reserved' });
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'connected' });
    call.engine({ kind: 'ready' });
    call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 'c9', name: 'end_call', arguments: '{}' });
    call.speak('r1', 'thank you for calling goodbye', 5_000);
    call.advance(GOODBYE_ECHO_MS + 1);
    call.receive({ kind: 'stream_started' });
    call.advance(5_000);
    expect(call.session.phase()).toBe('talking');
    call.echoMarks();
    expect(call.all('close_stream')).toMatchObject([{ reason: 'goodbye' }]);
    expect(call.turns().at(-1)).toMatchObject({ text: 'thank you for calling goodbye', interrupted: false });
  });

  it('asks for the words that were cut off when it was left', () => {
    const unheard = { ...entries[1], text: UNINTELLIGIBLE };
    const call = harness({
      resumed: { entries: [entries[0], unheard], offers: [], unsettled: [], startedAtMs: -9_000 },
    });
    call.answer();
    expect(call.asked()).toMatchObject([expect.stringContaining('ask the caller to say again')]);
  });

  it('keeps what the caller says before the model is there', () => {
    const call = harness({ resumed: { entries, offers: [], unsettled: [], startedAtMs: -9_000 } });
    call.receive({ kind: 'reserved' });
    expect(call.session.holdsCaller).toBe(false);
    call.receive({ kind: 'stream_started' });
    expect([call.session.holdsCaller, call.session.hearsCaller]).toEqual([true, false]);
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'connected' });
    call.engine({ kind: 'ready' });
    expect([call.session.holdsCaller, call.session.hearsCaller]).toEqual([false, true]);
    expect(call.all('drop_held_audio')).toEqual([]);
  });

  it('greets when nobody had been on the line yet', () => {
    const call = harness({ resumed: { entries: [], offers: [], unsettled: [] } });
    call.answer();
    expect(call.commands('respond')[0]?.instructions).toContain('Greet the caller');
    expect(call.all('started')).toHaveLength(1);
  });
});
