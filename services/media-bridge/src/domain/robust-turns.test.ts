/** `turnTaking: robust`: the session, not the engine, decides whether a sound interrupts and is answered. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallDecision } from './call-decision.ts';
import { audioOf, harness, profile } from './call-session.harness.ts';

const robust = { profile: { ...profile, agent: { ...profile.agent, turnTaking: 'robust' as const } } };

type Call = ReturnType<typeof harness>;

function begin(): Call {
  const call = harness(robust);
  call.answer();
  return call;
}

/** The caller makes a sound of so many milliseconds. */
function sound(call: Call, itemId: string, speechMs: number): void {
  call.engine({ kind: 'speech_started', itemId });
  call.advance(speechMs + 500);
  call.engine({ kind: 'speech_stopped', itemId, speechMs });
  call.engine({ kind: 'caller_turn', itemId });
}

const playedMs = (decisions: readonly CallDecision[]) =>
  decisions.reduce(
    (ms, decision) => ms + (decision.kind === 'play' ? Buffer.from(decision.base64, 'base64').length / 8 : 0),
    0,
  );

describe('a noise', () => {
  // Peers lose the rest of the sentence to a cough, or answer it.
  it('stops playback at once, and gets the rest played again and no answer', () => {
    const call = begin();
    call.speak('r1', 'one two three four five', 5_000);
    const sent = playedMs(call.decisions);
    call.advance(1_000);
    call.receive({ kind: 'mark', name: call.all('mark')[0]?.name ?? '' });
    call.advance(500);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    expect(call.all('clear')).toHaveLength(1);
    expect(call.commands('truncate')).toEqual([]);
    const before = call.decisions.length;
    call.advance(600);
    call.engine({ kind: 'speech_stopped', itemId: 'u1', speechMs: 100 });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.engine({ kind: 'caller_words', itemId: 'u1', text: '' });
    const again = playedMs(call.decisions.slice(before));
    expect(again).toBeGreaterThan(3_000);
    expect(again).toBeLessThan(sent);
    expect(call.commands('answer_turn')).toEqual([]);
    expect(call.commands('cancel')).toEqual([]);
    expect(call.commands('dismiss_turn')).toHaveLength(1);
    expect(call.commands('forget')).toEqual([{ kind: 'forget', itemId: 'u1' }]);
    call.advance(again);
    call.echoMarks();
    expect(call.turns()).toEqual([{ role: 'receptionist', text: 'one two three four five', interrupted: false }]);
  });

  it('does not take a goodbye back', () => {
    const call = begin();
    call.engine({ kind: 'response_started', responseId: 'r1' });
    call.engine({ kind: 'words', responseId: 'r1', itemId: 'i1', delta: 'Goodbye' });
    call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64: audioOf(1_500) });
    call.engine({ kind: 'item_done', responseId: 'r1', itemId: 'i1' });
    call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 't1', name: 'end_call', arguments: '{}' });
    call.engine({ kind: 'response_done', responseId: 'r1', status: 'completed' });
    call.advance(300);
    sound(call, 'u1', 60);
    expect(call.session.phase()).toBe('talking');
    call.engine({ kind: 'caller_words', itemId: 'u1', text: '' });
    call.advance(1_500);
    call.echoMarks();
    expect(call.all('ended')[0]?.ending.reason).toBe('goodbye');
    expect(call.all('degraded')).toEqual([]);
  });

  // Nobody listened any more, and nothing would have ended the call but its longest time.
  it('that turns out to be a turn takes the goodbye back, and the loss of the model counts then', () => {
    const call = begin();
    call.engine({ kind: 'response_started', responseId: 'r1' });
    call.engine({ kind: 'words', responseId: 'r1', itemId: 'i1', delta: 'Goodbye' });
    call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64: audioOf(1_500) });
    call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 't1', name: 'end_call', arguments: '{}' });
    call.engine({ kind: 'response_done', responseId: 'r1', status: 'completed' });
    call.advance(300);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.engine({ kind: 'lost', reason: 'closed' });
    expect(call.all('open_engine')).toEqual([]);
    call.advance(2_000);
    expect(call.session.phase()).toBe('talking');
    expect(call.all('open_engine')).toHaveLength(1);
    expect(call.all('degraded')).toMatchObject([{ reason: 'model_lost' }]);
  });

  it('holds what still arrives of the response, and plays it afterwards in order', () => {
    const call = begin();
    call.engine({ kind: 'response_started', responseId: 'r1' });
    const piece = (n: number) => Buffer.alloc(80, n).toString('base64');
    const audio = (n: number) =>
      call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64: piece(n) });
    audio(1);
    audio(2);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    const before = call.all('play').length;
    audio(3);
    expect(call.all('play')).toHaveLength(before);
    sound(call, 'u1', 40);
    call.engine({ kind: 'caller_words', itemId: 'u1', text: '' });
    audio(4);
    const heard = call
      .all('play')
      .slice(before)
      .map(({ base64 }) => Buffer.from(base64, 'base64')[0]);
    expect(heard).toEqual([1, 2, 3, 4]);
  });
});

describe('a turn', () => {
  it('is cut where it was heard and answered when the caller has said it all', () => {
    const call = begin();
    call.engine({ kind: 'response_started', responseId: 'r1' });
    call.engine({ kind: 'words', responseId: 'r1', itemId: 'i1', delta: 'one two three four' });
    call.engine({ kind: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 0, base64: audioOf(4_000) });
    call.advance(1_000);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    call.advance(750);
    expect(call.commands('cancel')).toHaveLength(1);
    expect(call.commands('answer_turn')).toEqual([]);
    call.engine({ kind: 'speech_stopped', itemId: 'u1', speechMs: 900 });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    expect(call.commands('answer_turn')).toHaveLength(1);
    const [cut] = [...call.commands('truncate'), ...call.commands('forget')];
    expect(cut).toBeDefined();
    for (const { heardMs } of call.commands('truncate')) expect(heardMs).toBeLessThanOrEqual(1_000);
    expect(call.all('clear')).toHaveLength(1);
  });

  it('that is short waits for its words, and no longer', () => {
    const call = begin();
    call.speak('r1', 'Shall I book it', 300);
    call.advance(300);
    call.echoMarks();
    sound(call, 'u1', 200);
    expect(call.commands('answer_turn')).toEqual([]);
    call.engine({ kind: 'caller_words', itemId: 'u1', text: 'Yes' });
    expect(call.commands('answer_turn')).toHaveLength(1);
    sound(call, 'u2', 200);
    call.advance(1_500);
    expect(call.commands('answer_turn')).toHaveLength(2);
  });
});

const step = fc.oneof(
  fc.record({ do: fc.constant('audio' as const), bytes: fc.integer({ min: 1, max: 4_000 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(900) }),
  fc.record({ do: fc.constant('echo' as const), which: fc.nat(30) }),
  fc.record({ do: fc.constant('noise' as const), lateBytes: fc.nat(2_000) }),
);

// A gap or a repetition in the middle of a word is what the caller would hear if the account were wrong by a byte.
it('after any number of noises the caller has been sent every byte, in order, from where playback had stopped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const call = begin();
      call.engine({ kind: 'response_started', responseId: 'r1' });
      let generated = 0;
      let noises = 0;
      /** Number of each byte of the line's buffer, in order, and what was heard of it. */
      let line: number[] = [];
      let expected = 0;
      const audio = (bytes: number) => {
        const numbered = Buffer.from(Array.from({ length: bytes }, (_, index) => (generated + index) % 251));
        generated += bytes;
        call.engine({
          kind: 'audio',
          responseId: 'r1',
          itemId: 'i1',
          contentIndex: 0,
          base64: numbered.toString('base64'),
        });
      };
      let seen = 0;
      const collect = () => {
        for (const decision of call.decisions.slice(seen)) {
          if (decision.kind === 'play') line.push(...Buffer.from(decision.base64, 'base64'));
          if (decision.kind === 'clear') line = [];
        }
        seen = call.decisions.length;
      };
      for (const act of steps) {
        if (act.do === 'audio') audio(act.bytes);
        else if (act.do === 'wait') call.advance(act.ms);
        else if (act.do === 'echo') {
          const mark = call.all('mark')[act.which];
          if (mark) call.receive({ kind: 'mark', name: mark.name });
        } else {
          noises += 1;
          const itemId = `u${noises}`;
          call.engine({ kind: 'speech_started', itemId });
          collect();
          if (act.lateBytes > 0) audio(act.lateBytes);
          call.engine({ kind: 'speech_stopped', itemId, speechMs: 80 });
          call.engine({ kind: 'caller_turn', itemId });
          const from = call.decisions.length;
          call.engine({ kind: 'caller_words', itemId, text: '' });
          const again = call.decisions
            .slice(from)
            .flatMap((decision) => (decision.kind === 'play' ? [...Buffer.from(decision.base64, 'base64')] : []));
          // It ends with the last byte generated, and nothing is left out in between.
          expected = generated - again.length;
          expect(again).toEqual(again.map((_, index) => (expected + index) % 251));
        }
        collect();
      }
      expect(call.commands('truncate')).toEqual([]);
      expect(call.commands('cancel')).toEqual([]);
      expect(line).toEqual(line.map((_, index) => (generated - line.length + index) % 251));
    }),
    { numRuns: 200 },
  );
});
