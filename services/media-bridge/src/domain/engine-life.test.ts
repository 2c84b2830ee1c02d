import { describe, expect, it } from 'vitest';
import { harness, profile } from './call-session.harness.ts';
import type { PastItem } from './voice-engine.ts';

type Call = ReturnType<typeof harness>;

/** Another session is there and configured. */
function reopen(call: Call): void {
  call.engine({ kind: 'connected' });
  call.advance(150);
  call.engine({ kind: 'ready' });
}

function said(items: readonly PastItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'said' ? [`${item.by}: ${item.text}`] : []));
}

/** The greeting was heard, and the caller asked for something. */
function talk(call: Call): void {
  call.answer();
  call.speak('r1', 'Hi there', 200);
  call.advance(200);
  call.echoMarks();
  call.say('u1', 'I need my furnace repaired');
}

const restored = (call: Call) => call.commands('restore').flatMap(({ items }) => items);
const asked = (call: Call) => call.asked().at(-1) ?? '';

describe('an engine that is lost', () => {
  it('is opened again at once, and is told everything that was said', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'lost', reason: 'closed' });
    expect(call.all('degraded')).toMatchObject([{ reason: 'model_lost' }]);
    call.advance(0);
    expect(call.all('open_engine')).toHaveLength(1);
    reopen(call);
    expect(call.commands('configure')).toHaveLength(2);
    expect(said(restored(call))).toEqual(['receptionist: Hi there', 'caller: I need my furnace repaired']);
    // The caller's turn was not answered yet; the gap was too short to be spoken of.
    expect(asked(call)).toContain('go on with the conversation');
    expect(asked(call)).not.toContain('Sorry');
    expect(call.session.phase()).toBe('talking');
  });

  // A model that only reads about a booking makes it again.
  it('gets tool calls and their results back as calls and results, also of those that ran meanwhile', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    call.engine({
      kind: 'tool_call',
      responseId: 'r2',
      toolCallId: 'c1',
      name: 'save_caller_name',
      arguments: '{"name":"Alex"}',
    });
    call.engine({
      kind: 'tool_call',
      responseId: 'r2',
      toolCallId: 'c2',
      name: 'find_slots',
      arguments: '{"day":"any"}',
    });
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'completed' });
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(0);
    const reply = {
      from: 'saveCallerName' as const,
      body: { callerId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11', saved: true },
    };
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: { ok: true, reply } });
    // Nothing of it is sent to a session that does not know the call.
    expect(call.commands('tool_output')).toEqual([]);
    reopen(call);
    expect(restored(call)).toContainEqual(expect.objectContaining({ kind: 'tool', toolCallId: 'c1' }));
    expect(restored(call)).not.toContainEqual(expect.objectContaining({ toolCallId: 'c2' }));
    const unreachable = { ok: false as const, code: 'unavailable' as const, message: 'no' };
    call.receive({ kind: 'tool_result', toolCallId: 'c2', result: unreachable });
    expect(restored(call)).toContainEqual(expect.objectContaining({ kind: 'tool', toolCallId: 'c2' }));
    expect(call.commands('tool_output')).toEqual([]);
  });

  it('apologises when it took long enough to be heard, and asks for what was said meanwhile', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'lost', reason: 'closed' });
    expect(call.session.holdsCaller).toBe(true);
    call.advance(2_000);
    reopen(call);
    expect(asked(call)).toContain('"Sorry, I lost you for a moment."');
    expect(call.all('drop_held_audio')).toHaveLength(1);
    expect(call.session.holdsCaller).toBe(false);
  });

  // Instructions of a response replace the session's, and with them go persona, language, facts and tools: the turn that
  // was to book could only talk.
  it('goes on with all the session knows and may do', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(2_000);
    reopen(call);
    const goOn = call.commands('respond').at(-1);
    expect(goOn).toMatchObject({ note: expect.stringContaining('go on with the conversation') });
    expect(goOn?.instructions).toBeUndefined();
    // Refused, it is asked for again; the note is there by then.
    call.engine({ kind: 'refused' });
    expect(call.commands('respond').at(-1)).toEqual({ kind: 'respond' });
  });

  it('says nothing when nothing was owed and nobody noticed', () => {
    const call = harness();
    call.answer();
    call.speak('r1', 'Hi there', 200);
    call.advance(200);
    call.echoMarks();
    const before = call.commands('respond').length;
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(0);
    reopen(call);
    expect(call.commands('respond')).toHaveLength(before);
    expect(call.all('drop_held_audio')).toEqual([]);
  });

  it('apologises for a sentence that broke off, also when all of it that came was heard before anybody noticed', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    call.engine({ kind: 'words', responseId: 'r2', itemId: 'i2', delta: 'I' });
    const base64 = Buffer.alloc(800, 0x55).toString('base64');
    call.engine({ kind: 'audio', responseId: 'r2', itemId: 'i2', contentIndex: 0, base64 });
    call.advance(3_000);
    call.echoMarks();
    call.engine({ kind: 'lost', reason: 'silent' });
    call.advance(0);
    reopen(call);
    expect(asked(call)).toContain('"Sorry, I lost you for a moment."');
  });

  // Pins: a model that takes an interrupted sentence for one the connection broke, and says it to the caller once more.
  it('tells the next one what the caller had heard when they interrupted, and that their words are lost', () => {
    const call = harness();
    talk(call);
    call.speak('r2', 'We are open from eight to five', 2_000);
    call.advance(1_000);
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    const heard = call.turns().at(-1)?.text ?? '';
    expect('We are open from eight to five').toContain(heard);
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(0);
    reopen(call);
    const note = restored(call).at(-1);
    expect(note).toMatchObject({ kind: 'note', text: expect.stringContaining(`and no more: "${heard}"`) });
    expect(note).toMatchObject({ text: expect.stringContaining('did not reach you') });
    expect(note).not.toMatchObject({ text: expect.stringContaining('from its beginning') });
    expect(asked(call)).toContain('"Sorry, I lost you for a moment."');
    expect(asked(call)).toContain('say again');
  });

  it('has a turn said again whose words were on their way', () => {
    const call = harness();
    talk(call);
    call.speak('r2', 'We are open from eight to five', 2_000);
    call.advance(1_000);
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    call.engine({ kind: 'speech_stopped', itemId: 'u2' });
    call.engine({ kind: 'caller_turn', itemId: 'u2' });
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(0);
    reopen(call);
    const words = said(restored(call));
    expect(words.at(-1)).toBe('caller: [unintelligible]');
    expect(words.at(-2)).toMatch(/^receptionist: We.* —$/);
    expect(restored(call).at(-1)).toMatchObject({ text: expect.stringContaining('[unintelligible] stands for words') });
    expect(asked(call)).toContain('say again');
  });

  it('leaves its last words to be heard, without what was only text', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    for (const word of ['Let ', 'me ']) {
      call.engine({ kind: 'words', responseId: 'r2', itemId: 'i2', delta: word });
      const base64 = Buffer.alloc(1_600, 0x55).toString('base64');
      call.engine({ kind: 'audio', responseId: 'r2', itemId: 'i2', contentIndex: 0, base64 });
    }
    call.engine({ kind: 'words', responseId: 'r2', itemId: 'i2', delta: 'look' });
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(400);
    call.echoMarks();
    expect(call.turns().at(-1)).toMatchObject({ role: 'receptionist', text: 'Let me', interrupted: true });
    expect(call.all('clear')).toEqual([]);
    // An item of the lost session cannot be truncated in the next one.
    reopen(call);
    expect(restored(call).at(-1)).toMatchObject({ kind: 'note', text: expect.stringContaining('"Let me"') });
    // However soon another session is there, the caller heard that the sentence broke off.
    expect(asked(call)).toContain('"Sorry, I lost you for a moment."');
    call.say('u2', 'Hello?');
    expect(call.commands('truncate')).toEqual([]);
  });

  it.each([
    [{ kind: 'apology' as const }],
    [{ kind: 'voicemail' as const }],
    [{ kind: 'human' as const, number: '+13125550177' }],
  ])('is replaced by the fallback %o when it stays away', (fallback) => {
    const call = harness({ profile: { ...profile, fallback } });
    talk(call);
    const lostAtMs = call.nowMs;
    for (let tries = 0; tries < 10 && call.session.phase() === 'talking'; tries += 1) {
      call.engine({ kind: 'lost', reason: 'network' });
      call.advance(2_100);
    }
    expect(call.all('close_stream')).toEqual([{ kind: 'close_stream', reason: 'model_lost', next: fallback }]);
    expect(call.nowMs - lostAtMs).toBeLessThan(12_000);
    expect(call.all('degraded')).toMatchObject([{ reason: 'model_lost' }]);
    expect(call.all('ended')[0]?.ending.reason).toBe('model_lost');
  });

  it('is given up at once when another would be refused, and within eight seconds when none answers', () => {
    const refused = harness();
    talk(refused);
    refused.engine({ kind: 'lost', reason: 'unauthorized', final: true });
    expect(refused.all('close_stream')).toHaveLength(1);
    const silent = harness();
    talk(silent);
    silent.engine({ kind: 'lost', reason: 'closed' });
    silent.advance(8_000);
    expect(silent.all('close_stream')).toHaveLength(1);
  });

  it('that is lost again and again without ever answering is given up', () => {
    const call = harness();
    talk(call);
    for (let outage = 0; outage < 3; outage += 1) {
      call.engine({ kind: 'lost', reason: 'closed' });
      call.advance(0);
      reopen(call);
    }
    expect(call.session.phase()).toBe('talking');
    call.engine({ kind: 'lost', reason: 'closed' });
    expect(call.all('close_stream')).toHaveLength(1);
  });

  it('is opened again before the stream is there, and greets as if nothing had happened', () => {
    const call = harness();
    call.receive({ kind: 'reserved' });
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'lost', reason: 'network' });
    call.advance(0);
    reopen(call);
    expect(asked(call)).toContain('Greet the caller');
    expect(call.commands('restore')).toEqual([]);
  });

  it('does not disturb a goodbye that is being heard', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    const base64 = Buffer.alloc(8_000, 0x55).toString('base64');
    call.engine({ kind: 'words', responseId: 'r2', itemId: 'i2', delta: 'Goodbye' });
    call.engine({ kind: 'audio', responseId: 'r2', itemId: 'i2', contentIndex: 0, base64 });
    call.engine({ kind: 'item_done', responseId: 'r2', itemId: 'i2' });
    call.engine({ kind: 'tool_call', responseId: 'r2', toolCallId: 'c9', name: 'end_call', arguments: '{}' });
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'completed' });
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(1_000);
    call.echoMarks();
    expect(call.all('ended')[0]?.ending.reason).toBe('goodbye');
    expect(call.all('open_engine')).toEqual([]);
  });
});

describe('an engine that says nothing', () => {
  it('is replaced when it owes an answer', () => {
    const call = harness();
    talk(call);
    call.advance(9_000);
    expect(call.all('degraded')).toEqual([]);
    call.advance(1_500);
    expect(call.all('degraded')).toMatchObject([{ reason: 'model_lost' }]);
    expect(call.all('open_engine')).toHaveLength(1);
  });

  // Pins: a caller who waits in silence for what a tool found, because the model went before it began to tell.
  it.each([
    ['after the response that asked for it', true],
    ['while that response is still going on', false],
  ])('owes what a tool answered %s', (_, late) => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    const toolCall = { toolCallId: 'c1', name: 'search_knowledge', arguments: '{"query":"repairs"}' };
    call.engine({ kind: 'tool_call', responseId: 'r2', ...toolCall });
    const answers = () =>
      call.receive({
        kind: 'tool_result',
        toolCallId: 'c1',
        result: { ok: true, reply: { from: 'searchKnowledge', body: { passages: [] } } },
      });
    if (!late) answers();
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'completed' });
    if (late) answers();
    expect(call.commands('tool_output')).toMatchObject([{ answer: true }]);
    call.engine({ kind: 'lost', reason: 'silent' });
    call.advance(0);
    reopen(call);
    expect(asked(call)).toContain('say what a tool has just answered');
  });

  it('is replaced when it takes in what a tool answered and says nothing of it', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    const toolCall = { toolCallId: 'c1', name: 'search_knowledge', arguments: '{"query":"repairs"}' };
    call.engine({ kind: 'tool_call', responseId: 'r2', ...toolCall });
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'completed' });
    const unreachable = { ok: false as const, code: 'unavailable' as const, message: 'no' };
    call.receive({ kind: 'tool_result', toolCallId: 'c1', result: unreachable });
    call.advance(10_500);
    expect(call.all('open_engine')).toHaveLength(1);
    expect(call.asked().join()).not.toContain('still there');
  });

  // Pins: a caller who says "hello?" for two minutes to a model that writes it all down and answers nothing.
  it('is replaced though it hears the caller, who asks whether anybody is there', () => {
    const call = harness();
    talk(call);
    call.engine({ kind: 'response_started', responseId: 'r2' });
    for (let hello = 0; hello < 4 && call.all('open_engine').length === 0; hello += 1) {
      call.advance(5_000);
      call.engine({ kind: 'speech_started', itemId: `h${hello}` });
      call.advance(600);
      call.engine({ kind: 'speech_stopped', itemId: `h${hello}` });
      call.engine({ kind: 'caller_turn', itemId: `h${hello}` });
      call.engine({ kind: 'caller_words', itemId: `h${hello}`, text: 'Hello?' });
    }
    call.advance(5_000);
    expect(call.all('degraded')).toMatchObject([{ reason: 'model_lost' }]);
    expect(call.all('open_engine')).toHaveLength(1);
  });

  // Pins: a healthy session torn down in the middle of the caller's sentence, because something was asked of it then.
  it('is right to, while the caller speaks', () => {
    const call = harness();
    talk(call);
    call.chat(profile.maxCallMs - 70_000);
    const before = call.all('open_engine').length;
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    call.advance(30_000);
    expect(call.asked().join()).toContain('one minute is left');
    call.engine({ kind: 'speech_stopped', itemId: 'u2' });
    call.engine({ kind: 'caller_turn', itemId: 'u2' });
    call.advance(9_000);
    expect(call.all('open_engine')).toHaveLength(before);
    expect(call.all('degraded')).toEqual([]);
    // From the end of the turn on it owes an answer like any other.
    call.advance(1_500);
    expect(call.all('open_engine')).toHaveLength(before + 1);
  });
});

describe('the session limit', () => {
  it('is never reached: over 70 minutes the session is replaced once, in a pause, and nobody hears it', () => {
    // Between two questions nobody says anything for a minute.
    const agent = { ...profile.agent, silenceMs: 60_000 };
    const call = harness({ profile: { ...profile, maxCallMs: 7_200_000, agent } });
    call.answer();
    call.speak('greeting', 'Hi there', 200);
    let replacedAtMs: number | undefined;
    for (let minute = 0; minute < 70; minute += 1) {
      call.advance(1_000);
      call.echoMarks();
      if (call.all('open_engine').length === 1 && replacedAtMs === undefined) {
        replacedAtMs = call.nowMs;
        reopen(call);
      }
      call.say(`u${minute}`, `Question ${minute}`);
      call.speak(`r${minute}`, `Answer ${minute}`, 400);
      call.advance(59_000);
    }
    expect(replacedAtMs).toBeGreaterThan(54 * 60_000);
    expect(replacedAtMs).toBeLessThan(60 * 60_000);
    expect(call.all('open_engine')).toHaveLength(1);
    expect(call.all('degraded').filter(({ reason }) => reason === 'model_lost')).toEqual([]);
    const words = said(restored(call));
    expect(words).toContain('caller: Question 0');
    expect(words).toContain('receptionist: Answer 50');
    expect(call.commands('respond').some(({ note }) => note?.includes('Sorry'))).toBe(false);
  });

  // The model's events of one turn come one by one: between two of them nothing seems to be going on.
  it('is not reached in a turn of the caller that ends just then', () => {
    const call = harness({ sessionLimitMs: 20_000 });
    call.answer();
    call.speak('r1', 'Hi there', 200);
    call.advance(1_000);
    call.echoMarks();
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(15_000);
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    expect(call.all('open_engine')).toEqual([]);
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'A long question' });
    call.speak('r2', 'An answer', 200);
    call.advance(600);
    call.echoMarks();
    expect(call.all('open_engine')).toHaveLength(1);
  });

  it('does not wait for ever for a pause', () => {
    const call = harness({ sessionLimitMs: 20_000 });
    call.answer();
    call.engine({ kind: 'response_started', responseId: 'r1' });
    const base64 = Buffer.alloc(160, 0x55).toString('base64');
    for (let at = 0; at < 190; at += 1) {
      call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64 });
      call.advance(100);
      if (at === 160) expect(call.all('open_engine')).toEqual([]);
    }
    call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64 });
    expect(call.all('open_engine')).toHaveLength(1);
  });
});

describe('a model that is short of capacity', () => {
  function fails(call: Call, responseId: string, failure: 'rate_limited' | 'quota'): void {
    call.engine({ kind: 'response_started', responseId });
    call.engine({ kind: 'response_done', responseId, status: 'failed', failure });
  }

  /** Every response fails at once, until the call is put down. @returns after how long */
  function failsForEver(call: Call): number {
    const fromMs = call.nowMs;
    let answered = call.commands('respond').length;
    fails(call, 'f0', 'rate_limited');
    for (let ms = 0; ms < 30_000 && call.session.phase() === 'talking'; ms += 50) {
      const asks = call.commands('respond').length;
      if (asks > answered) fails(call, `f${asks}`, 'rate_limited');
      answered = asks;
      call.advance(50);
    }
    return call.nowMs - fromMs;
  }

  // Pins: a rate limit answered by a dozen tries and three sessions, each with the whole conversation, in two seconds.
  it('is asked again after longer and longer waits, and by no new session, before the fallback', () => {
    const call = harness();
    talk(call);
    const asks = call.commands('respond').length;
    expect(failsForEver(call)).toBeGreaterThan(7_500);
    expect(call.commands('respond').length - asks).toBeLessThanOrEqual(5);
    expect(call.all('open_engine')).toEqual([]);
    expect(call.all('close_stream')).toMatchObject([{ reason: 'model_lost', next: profile.fallback }]);
    expect(call.nowMs).toBeLessThan(12_000);
  });

  it('goes on as soon as there is room again, and is patient anew the next time', () => {
    const call = harness();
    talk(call);
    fails(call, 'r2', 'rate_limited');
    call.advance(499);
    const asks = call.commands('respond').length;
    call.advance(1);
    expect(call.commands('respond')).toHaveLength(asks + 1);
    call.speak('r3', 'We can come on Monday', 500);
    call.advance(5_000);
    expect(call.commands('respond')).toHaveLength(asks + 1);
    call.say('u2', 'And on Tuesday?');
    expect(failsForEver(call)).toBeGreaterThan(7_500);
  });

  it('is not asked a second time for what the caller’s next turn brings anyway', () => {
    const call = harness();
    talk(call);
    fails(call, 'r2', 'rate_limited');
    call.engine({ kind: 'speech_started', itemId: 'u2' });
    const asks = call.commands('respond').length;
    call.advance(3_000);
    call.engine({ kind: 'speech_stopped', itemId: 'u2' });
    call.engine({ kind: 'caller_turn', itemId: 'u2' });
    call.speak('r3', 'Certainly', 300);
    call.advance(3_000);
    expect(call.commands('respond')).toHaveLength(asks);
  });

  it('leads to the fallback at once when its quota is used up', () => {
    const call = harness();
    talk(call);
    fails(call, 'r2', 'quota');
    expect(call.all('open_engine')).toEqual([]);
    expect(call.all('close_stream')).toMatchObject([{ reason: 'model_lost', next: profile.fallback }]);
  });
});

describe('a response with nothing in it', () => {
  // Pins: eight seconds of silence after a content filter, or a tool call that was cut off.
  it.each(['completed', 'incomplete'] as const)('that is %s is asked for again, once', (status) => {
    const call = harness();
    talk(call);
    const asks = call.commands('respond').length;
    call.engine({ kind: 'response_started', responseId: 'r2' });
    call.engine({ kind: 'response_done', responseId: 'r2', status });
    expect(call.commands('respond')).toHaveLength(asks + 1);
    call.engine({ kind: 'response_started', responseId: 'r3' });
    call.engine({ kind: 'response_done', responseId: 'r3', status });
    expect(call.commands('respond')).toHaveLength(asks + 1);
  });

  it('is one that neither speaks nor calls a tool, and that nobody broke off', () => {
    const call = harness();
    talk(call);
    const asks = call.commands('respond').length;
    call.engine({ kind: 'response_started', responseId: 'r2' });
    call.engine({ kind: 'response_done', responseId: 'r2', status: 'cancelled' });
    call.engine({ kind: 'response_started', responseId: 'r3' });
    const question = { name: 'search_knowledge', arguments: '{"query":"x"}' };
    call.engine({ kind: 'tool_call', responseId: 'r3', toolCallId: 'c1', ...question });
    call.engine({ kind: 'response_done', responseId: 'r3', status: 'completed' });
    expect(call.commands('respond')).toHaveLength(asks);
  });
});

describe('an engine that is not configured yet', () => {
  // Pins: an answer in the default session's audio, which is noise on a telephone line.
  it('is told nothing; the keys pressed meanwhile are told after the greeting was asked for', () => {
    const call = harness();
    call.receive({ kind: 'reserved' });
    call.receive({ kind: 'stream_started' });
    call.receive({ kind: 'dtmf', digit: '0' });
    call.advance(2_000);
    expect(call.decisions.filter(({ kind }) => kind === 'engine')).toEqual([]);
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'connected' });
    call.receive({ kind: 'context', context: {}, complete: true });
    call.engine({ kind: 'ready' });
    call.advance(2_000);
    const told = call.decisions.flatMap((each) => (each.kind === 'engine' ? [each.command.kind] : []));
    expect(told).toEqual(['configure', 'update_instructions', 'respond', 'note']);
    expect(call.commands('note')[0]?.text).toContain('they want to speak to a person');
  });
});
