import { describe, expect, it } from 'vitest';
import { createSpeechListener, encodeSpeech } from '../speech/speech.ts';
import { SILENCE, toFrames } from './frames.ts';
import type { CallFaults, ScriptedCaller, Step } from './script.ts';
import { createScriptedCaller } from './scripted-caller.ts';

/** A receptionist made of frames; the caller's voice is listened to as the system would. */
function conversation(steps: Step[], faults: CallFaults = {}, script: Partial<ScriptedCaller> = {}) {
  const caller = createScriptedCaller({ steps, ...script }, faults);
  const listener = createSpeechListener();
  let queue: Uint8Array[] = [];
  const heardByUs: string[] = [];
  const digits: string[] = [];
  let hungUp = false;
  let ticks = 0;
  return {
    heardByUs,
    digits,
    report: () => caller.report(),
    end: () => caller.lineEnded(),
    get hungUp() {
      return hungUp;
    },
    get ms() {
      return ticks * 20;
    },
    say(text: string) {
      queue.push(...toFrames(encodeSpeech(text).audio).map((frame) => frame.bytes));
    },
    clear() {
      queue = [];
    },
    run(ms: number, until: () => boolean = () => false) {
      for (let tick = 0; tick < ms / 20 && !until() && !hungUp; tick += 1) {
        ticks += 1;
        const act = caller.step(queue.shift() ?? SILENCE);
        for (const word of listener.push(act.frame?.bytes ?? SILENCE)) heardByUs.push(word.word);
        if (act.digit) digits.push(act.digit);
        if (act.hangUp) hungUp = true;
      }
    },
  };
}

describe('a scripted caller', () => {
  it('waits until the receptionist spoke and was quiet, then speaks', () => {
    const call = conversation([{ say: 'Hello there', after: 'silence' }]);
    call.run(3_000);
    expect(call.heardByUs).toEqual([]);
    call.say('Good morning.');
    call.run(1_000);
    expect(call.heardByUs).toEqual([]);
    call.run(3_000);
    expect(call.heardByUs).toEqual(['Hello', 'there']);
    expect(call.report()).toMatchObject({ heard: [{ text: 'Good morning.' }], said: [{ text: 'Hello there' }] });
  });

  it('waits for words, whatever their case and punctuation, and for the end of the sentence', () => {
    const call = conversation([{ say: 'Yes', after: { words: ['thursday at', '2:30'] } }]);
    call.say('One moment.');
    call.run(4_000);
    expect(call.heardByUs).toEqual([]);
    call.say('I have Thursday, at 2:30 PM or later.');
    call.run(5_000);
    expect(call.heardByUs).toEqual(['Yes']);
  });

  it('measures how long the answer took from the end of its last word', () => {
    const call = conversation([{ say: 'Hello' }]);
    call.run(4_000, () => call.heardByUs.length === 1);
    const { said } = call.report();
    call.run(400);
    call.say('Hi.');
    const spokeAtMs = call.ms;
    call.run(1_000);
    expect(call.report().replyMs).toEqual([spokeAtMs - (said[0]?.endMs ?? 0)]);
  });

  it('interrupts after so many words, and measures until the voice is gone', () => {
    const call = conversation([{ interrupt: 'Stop please', afterWords: 3 }]);
    call.say('One two three four five six seven eight nine ten eleven twelve');
    call.run(5_000, () => call.heardByUs.length === 1);
    call.clear();
    const clearedAtMs = call.ms;
    call.run(2_000);
    const report = call.report();
    expect(report.heard[0]?.text).toMatch(/^One two three/);
    expect(report.heard[0]?.text).not.toContain('six');
    expect(report.interruptionToSilenceMs).toEqual([clearedAtMs - (report.said[0]?.startMs ?? 0) + 0]);
    expect(report.cutWords).toBe(1);
  });

  it('says it again when asked to, and not more often than it may', () => {
    const call = conversation(
      [{ say: 'Where do you work' }, { waitMs: 60_000 }],
      {},
      {
        repeatsWhenAsked: { phrases: ["didn't catch that"], atMost: 1 },
      },
    );
    call.run(3_000);
    for (const said of ['Hello.', "Sorry, I didn't catch that.", "Sorry, I didn't catch that."]) {
      call.say(said);
      call.run(6_000);
    }
    expect(call.heardByUs.join(' ')).toBe('Where do you work Where do you work');
    expect(call.report().script).toMatchObject({ steps: 1, repeated: 1 });
  });

  it('goes on with its script when that waits for the same words', () => {
    const repeatsWhenAsked = { phrases: ['which one'], atMost: 1 };
    const steps: Step[] = [{ say: 'Have you times' }, { say: 'The second', after: { words: ['which one'] } }];
    const call = conversation(steps, {}, { repeatsWhenAsked });
    call.run(2_000);
    for (const said of ['Which one?', 'Which one?']) {
      call.say(said);
      call.run(4_000);
    }
    expect(call.heardByUs.join(' ')).toBe('Have you times The second The second');
  });

  it('presses keys and hangs up', () => {
    const call = conversation([{ digits: '12#' }, { waitMs: 200 }, { hangUp: true }]);
    call.run(5_000);
    expect(call.digits).toEqual(['1', '2', '#']);
    expect(call.hungUp).toBe(true);
    call.end();
    expect(call.report().script).toEqual({ done: true, steps: 3, failure: undefined });
  });

  // A script that waits for something that never comes must fail loudly, with what was heard instead.
  it('gives up on words that never come and says what it heard', () => {
    const call = conversation([{ say: 'Yes', after: { words: ['goodbye'] }, timeoutMs: 3_000 }]);
    call.say('Please hold.');
    call.run(10_000);
    call.end();
    expect(call.hungUp).toBe(true);
    expect(call.report().script.done).toBe(false);
    expect(call.report().script.failure).toContain('"please hold"');
  });

  it('is done when it waited for the receptionist to hang up, and not when it was cut off earlier', () => {
    const patient = conversation([{ say: 'Bye' }, { waitForHangUp: true, timeoutMs: 5_000 }]);
    patient.run(2_000);
    patient.end();
    expect(patient.report().script.done).toBe(true);
    const cutOff = conversation([{ say: 'I would like to book something' }, { say: 'Bye' }]);
    cutOff.run(1_000);
    cutOff.end();
    expect(cutOff.report().script).toMatchObject({ done: false, failure: 'the call ended before step 1 was done' });
    expect(cutOff.report().said[0]?.text).toBe('I would like');
  });

  it('does not wait for ever for a receptionist who never hangs up', () => {
    const call = conversation([]);
    call.run(70_000);
    expect(call.hungUp).toBe(true);
    expect(call.ms).toBeLessThan(61_000);
  });

  it('with a corrupted frame loses one word in each direction', () => {
    const call = conversation([{ say: 'Hello dear friends', after: 'silence' }], { corruptFrame: true });
    call.say('Good morning everybody.');
    call.run(6_000);
    expect(call.heardByUs).toEqual(['dear', 'friends']);
    expect(call.report()).toMatchObject({ heard: [{ text: 'morning everybody.' }], damagedWords: 1 });
  });
});
