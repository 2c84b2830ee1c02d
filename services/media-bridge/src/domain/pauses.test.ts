/** What the receptionist does in a pause: fillers, goodbyes without the tool, and callers who say nothing. */
import { describe, expect, it } from 'vitest';
import { CALLER, harness, SLOT } from './call-session.harness.ts';
import { ECHO_GRACE_MS } from './receptionist-speech.ts';
import type { ToolReply } from './tools/tool.ts';

type Call = ReturnType<typeof harness>;

const callerId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
let spoken = 0;

/** The receptionist says something and is heard. */
function says(call: Call, text: string, ms = 400): void {
  spoken += 1;
  call.speak(`r${spoken}`, text, ms);
  call.advance(ms);
  call.echoMarks();
}

function begin(): Call {
  const call = harness();
  call.answer();
  says(call, 'Hi, how can I help you?');
  return call;
}

const lastAsked = (call: Call) => call.asked().at(-1) ?? '';

describe('a silent caller', () => {
  it('is asked twice whether they are there, and then the call ends politely', () => {
    const call = begin();
    call.advance(7_999);
    expect(lastAsked(call)).toContain('Greet');
    call.advance(1);
    expect(lastAsked(call)).toContain('still there');
    says(call, 'Are you still there?');
    call.advance(8_000);
    expect(call.asked().filter((asked) => asked.includes('still there'))).toHaveLength(2);
    says(call, 'Hello? Are you still there?');
    call.advance(8_000);
    expect(lastAsked(call)).toContain('does not answer any more');
    says(call, 'I have to end the call now. Goodbye!');
    expect(call.all('ended')[0]?.ending.reason).toBe('caller_silent');
    expect(call.turns().at(-1)?.text).toContain('Goodbye');
  });

  it('who answers is asked anew only after a whole silence, and from the beginning', () => {
    const call = begin();
    call.advance(8_000);
    says(call, 'Are you still there?');
    call.say('u1', 'Yes, one second');
    says(call, 'Sure');
    for (const _ of [1, 2]) {
      call.advance(8_000);
      expect(lastAsked(call)).toContain('still there');
      says(call, 'Are you still there?');
    }
    call.advance(8_000);
    expect(lastAsked(call)).toContain('does not answer any more');
  });

  it('who speaks into the goodbye takes it back', () => {
    const call = begin();
    for (const _ of [1, 2]) {
      call.advance(8_000);
      says(call, 'Are you still there?');
    }
    call.advance(8_000);
    call.say('u1', 'Yes yes I am here');
    says(call, 'Good. What can I do?');
    call.advance(2_000);
    expect(call.session.phase()).toBe('talking');
  });

  it('is not disturbed while the receptionist is heard, or while keys are pressed', () => {
    const call = begin();
    call.speak('long', 'a very long explanation', 20_000);
    call.advance(14_000);
    expect(lastAsked(call)).toContain('Greet');
    call.advance(6_000);
    call.echoMarks();
    call.advance(7_000);
    expect(lastAsked(call)).toContain('Greet');
    for (const digit of '312555018800') {
      call.receive({ kind: 'dtmf', digit });
      call.advance(900);
    }
    call.advance(600);
    expect(call.commands('note')).toHaveLength(1);
    // The model owes them an answer.
    call.advance(8_000);
    expect(lastAsked(call)).toContain('Greet');
    says(call, 'Thank you, I have your number.');
    call.advance(8_000);
    expect(lastAsked(call)).toContain('still there');
  });
});

// Twilio returned every mark but the last: nobody was asked for, no goodbye ended the call, for the rest of it.
it('goes on as ever after an echo that never came', () => {
  const call = begin();
  call.speak('deaf', 'What is the address?', 400);
  for (const { name } of call.all('mark')) if (!name.includes(':end:')) call.receive({ kind: 'mark', name });
  call.advance(400 + ECHO_GRACE_MS);
  expect(call.turns().at(-1)?.text).toBe('What is the address?');
  call.advance(8_000);
  expect(lastAsked(call)).toContain('still there');
});

describe('a goodbye without the tool', () => {
  it('ends the call a moment after both were heard', () => {
    const call = begin();
    call.say('u1', "No thanks, that's all. Bye");
    says(call, 'Thank you for calling. Goodbye!');
    call.advance(2_000);
    expect(call.session.phase()).toBe('talking');
    call.advance(500);
    expect(call.all('close_stream')).toMatchObject([{ reason: 'goodbye' }]);
    expect(call.all('ended')[0]?.ending).toMatchObject({ reason: 'goodbye', entries: 3 });
  });

  it('does not end the call of a caller who presses a key, which is answered', () => {
    const call = begin();
    call.say('u1', "No thanks, that's all. Bye");
    says(call, 'Thank you for calling. Goodbye!');
    call.advance(2_400);
    call.receive({ kind: 'dtmf', digit: '0' });
    call.advance(1_500);
    expect(call.commands('note')[0]?.text).toContain('they want to speak to a person');
    says(call, 'Shall I take a message for them?');
    call.advance(5_000);
    expect(call.session.phase()).toBe('talking');
  });

  // "No, thank you" was no goodbye, and the code was being written down.
  it('does not end the call of a caller who writes down their code', () => {
    const call = begin();
    says(call, 'Shall I note anything for the technician?');
    call.say('u1', 'No, thank you.');
    says(call, "You're booked, we'll see you on Thursday at 8:30. Your confirmation code is 2 X 8 L 8.");
    call.advance(7_000);
    expect(call.session.phase()).toBe('talking');
  });

  it('leaves five seconds to write down what was booked', () => {
    const call = begin();
    call.say('u1', 'Book it, bye');
    call.engine({ kind: 'response_started', responseId: 'book' });
    const args = '{"slot":"s1","name":"Alex"}';
    const offered = '{"day":"any"}';
    call.engine({ kind: 'tool_call', responseId: 'book', toolCallId: 'f1', name: 'find_slots', arguments: offered });
    const found: ToolReply = { from: 'findSlots', body: { exact: true, timeZone: 'America/Chicago', slots: [SLOT] } };
    call.receive({ kind: 'tool_result', toolCallId: 'f1', result: { ok: true, reply: found } });
    call.engine({ kind: 'tool_call', responseId: 'book', toolCallId: 'b1', name: 'book_slot', arguments: args });
    call.engine({ kind: 'response_done', responseId: 'book', status: 'completed' });
    const body = { ...SLOT, appointmentId: SLOT.resourceId, confirmationCode: '2X8L8', serviceName: SLOT.serviceName };
    const booked: ToolReply = { from: 'bookSlot', body };
    call.receive({ kind: 'tool_result', toolCallId: 'b1', result: { ok: true, reply: booked } });
    says(call, 'You are booked, and your code is 2 X 8 L 8. Goodbye!');
    call.advance(4_999);
    expect(call.session.phase()).toBe('talking');
    call.advance(1);
    expect(call.all('close_stream')).toMatchObject([{ reason: 'goodbye' }]);
  });

  it('does not end the call of a caller who did not say theirs, or who goes on', () => {
    const call = begin();
    call.say('u1', 'I will think about it');
    says(call, 'Of course. Have a great day!');
    call.advance(7_000);
    expect(call.session.phase()).toBe('talking');
    call.say('u2', 'Bye');
    says(call, 'Goodbye!');
    call.advance(1_000);
    call.engine({ kind: 'speech_started', itemId: 'u3' });
    call.advance(5_000);
    expect(call.session.phase()).toBe('talking');
  });
});

describe('a slow tool', () => {
  function ask(call: Call, toolCallId: string, responseId: string): void {
    call.engine({ kind: 'response_started', responseId });
    const args = '{"query":"prices"}';
    call.engine({ kind: 'tool_call', responseId, toolCallId, name: 'search_knowledge', arguments: args });
    call.engine({ kind: 'response_done', responseId, status: 'completed' });
  }
  const found: ToolReply = { from: 'searchKnowledge', body: { passages: [] } };

  // Peers leave the caller in silence until the tool is done.
  it('gets a word to the caller after a moment of silence, again later, and is answered after it', () => {
    const call = begin();
    call.say('u1', 'What does it cost?');
    ask(call, 't1', 'ra');
    call.advance(699);
    expect(lastAsked(call)).not.toContain('moment');
    call.advance(1);
    expect(lastAsked(call)).toContain('one moment more');
    says(call, 'One moment please', 600);
    call.advance(1_500);
    expect(call.asked().filter((asked) => asked.includes('one moment more'))).toHaveLength(2);
    call.receive({ kind: 'tool_result', toolCallId: 't1', result: { ok: true, reply: found } });
    expect(call.commands('tool_output')).toMatchObject([{ toolCallId: 't1', answer: true }]);
  });

  it('is not excused while the caller still hears that it is being looked up', () => {
    const call = begin();
    call.engine({ kind: 'response_started', responseId: 'rb' });
    const args = '{"query":"prices"}';
    call.engine({ kind: 'tool_call', responseId: 'rb', toolCallId: 't1', name: 'search_knowledge', arguments: args });
    call.speak('rb', 'Let me have a look at that for you', 2_000);
    call.advance(1_900);
    expect(lastAsked(call)).not.toContain('moment');
  });

  // Each is too fast for a word, and together they were six seconds of nothing.
  it('that is one of several gets a word before two seconds of silence are over', () => {
    const call = begin();
    call.say('u1', 'What does it cost?');
    const quietSinceMs = call.nowMs;
    let askedAtMs = Number.POSITIVE_INFINITY;
    for (const n of [1, 2, 3, 4]) {
      call.advance(900);
      ask(call, `chain${n}`, `rchain${n}`);
      for (let ms = 0; ms < 600; ms += 100) {
        call.advance(100);
        if (lastAsked(call).includes('one moment more')) askedAtMs = Math.min(askedAtMs, call.nowMs);
      }
      call.receive({ kind: 'tool_result', toolCallId: `chain${n}`, result: { ok: true, reply: found } });
    }
    expect(askedAtMs - quietSinceMs).toBeLessThanOrEqual(1_500);
  });

  it('gets a word at once after a model that was slow to ask for it, and one word only', () => {
    const call = begin();
    call.say('u1', 'What does it cost?');
    call.advance(1_300);
    ask(call, 't1', 'rslow');
    call.advance(0);
    expect(lastAsked(call)).toContain('one moment more');
    says(call, 'One moment please', 600);
    call.advance(1_499);
    expect(call.asked().filter((asked) => asked.includes('one moment more'))).toHaveLength(1);
  });

  it('that comes after one the caller was told about gets its own word, as soon as the first got it', () => {
    const call = begin();
    ask(call, 't1', 'rfirst');
    call.advance(700);
    says(call, 'One moment please', 600);
    call.receive({ kind: 'tool_result', toolCallId: 't1', result: { ok: true, reply: found } });
    call.advance(800);
    ask(call, 't2', 'rsecond');
    call.advance(400);
    expect(call.asked().filter((asked) => asked.includes('one moment more'))).toHaveLength(2);
  });

  it('that is fast gets no filler', () => {
    const call = begin();
    ask(call, 't1', 'rc');
    call.advance(600);
    call.receive({ kind: 'tool_result', toolCallId: 't1', result: { ok: true, reply: found } });
    call.advance(3_000);
    expect(call.asked().join()).not.toContain('moment more');
  });

  // The model would otherwise wait for ever for a call it still remembers.
  it('answers the model also when the caller interrupted what led to it, and after a pause of its own', () => {
    const call = begin();
    ask(call, 't1', 'rd');
    call.speak('re', 'One moment', 3_000);
    call.advance(500);
    call.engine({ kind: 'speech_started', itemId: 'u9' });
    call.receive({ kind: 'tool_result', toolCallId: 't1', result: { ok: true, reply: found } });
    expect(call.commands('tool_output')).toMatchObject([{ toolCallId: 't1', answer: true }]);
  });

  it('does not use up the budget of hanging up', () => {
    const call = begin();
    for (let n = 0; n < 120; n += 1) ask(call, `many${n}`, `rm${n}`);
    expect(call.all('run_tool')).toHaveLength(100);
    const outputs = call.commands('tool_output');
    expect(outputs).toHaveLength(20);
    expect(outputs[0]?.output).toContain('Too many tool calls');
    call.engine({ kind: 'response_started', responseId: 'bye' });
    call.engine({ kind: 'tool_call', responseId: 'bye', toolCallId: 'e1', name: 'end_call', arguments: '{}' });
    call.engine({ kind: 'response_done', responseId: 'bye', status: 'completed' });
    expect(call.commands('tool_output').at(-1)).toMatchObject({ toolCallId: 'e1', output: '{"ok":true}' });
  });

  // Told "no more tools" with an invitation to answer, a model in a loop asked for three hundred more.
  it('over the budget ends the loop with words, and asks for them once', () => {
    const call = begin();
    for (let n = 0; n < 100; n += 1) ask(call, `many${n}`, `rb${n}`);
    const before = call.asked().length;
    call.engine({ kind: 'response_started', responseId: 'over' });
    for (const toolCallId of ['over1', 'over2']) {
      const args = '{"query":"prices"}';
      call.engine({ kind: 'tool_call', responseId: 'over', toolCallId, name: 'search_knowledge', arguments: args });
    }
    call.engine({ kind: 'response_done', responseId: 'over', status: 'completed' });
    expect(call.commands('tool_output')).toMatchObject([
      { toolCallId: 'over1', answer: false },
      { toolCallId: 'over2', answer: false },
    ]);
    const words = call.asked().slice(before);
    expect(words).toHaveLength(1);
    expect(words[0]).toContain('without');
  });

  it('of a caller known by number keeps the number of the call', () => {
    const call = begin();
    const args = '{"name":"Alex Kim"}';
    call.engine({ kind: 'tool_call', responseId: 'rs', toolCallId: 's1', name: 'save_caller_name', arguments: args });
    expect(call.all('run_tool')[0]?.request).toMatchObject({ body: { phone: CALLER } });
    const reply = { from: 'saveCallerName', body: { callerId, saved: true } } as const;
    call.receive({ kind: 'tool_result', toolCallId: 's1', result: { ok: true, reply } });
    expect(call.commands('tool_output')).toHaveLength(1);
  });
});

// An answer asked for a moment before the caller spoke used to talk over them.
it('says nothing that was asked for before the caller began to speak', () => {
  const call = begin();
  call.advance(8_000);
  call.engine({ kind: 'speech_started', itemId: 'u1' });
  call.engine({ kind: 'response_started', responseId: 'late' });
  call.engine({ kind: 'audio', responseId: 'late', itemId: 'il', contentIndex: 0, base64: 'VVVVVVVVVVVV' });
  expect(call.commands('cancel')).toHaveLength(1);
  expect(call.decisions.at(-1)).toMatchObject({ kind: 'measured', measure: { what: 'late_audio' } });
});

it('tells when the caller speaks, as long as they are on the line', () => {
  const call = begin();
  expect(call.session.callerSpeaks).toBe(false);
  call.engine({ kind: 'speech_started', itemId: 'u1' });
  expect(call.session.callerSpeaks).toBe(true);
  call.engine({ kind: 'speech_stopped', itemId: 'u1' });
  expect(call.session.callerSpeaks).toBe(false);
  call.engine({ kind: 'speech_started', itemId: 'u2' });
  call.receive({ kind: 'stream_lost' });
  expect(call.session.callerSpeaks).toBe(false);
});
