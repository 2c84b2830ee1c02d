/** A truncation beyond the audio that exists is an error of the live API, and makes the model believe it said more. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { audioOf } from './call-session.harness.ts';
import { createReceptionistSpeech } from './receptionist-speech.ts';
import { createTranscript } from './transcript.ts';

const step = fc.oneof(
  fc.record({
    do: fc.constant('audio' as const),
    item: fc.nat(3),
    content: fc.nat(1),
    ms: fc.integer({ min: 1, max: 2_000 }),
  }),
  fc.record({ do: fc.constant('done' as const), item: fc.nat(3) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(1_500) }),
  fc.record({ do: fc.constant('echo' as const), which: fc.nat(30) }),
  fc.record({ do: fc.constant('interrupt' as const) }),
  fc.record({ do: fc.constant('give up' as const) }),
);

it('never truncates beyond what was played of an item, in any order of audio, echoes and interruptions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const transcript = createTranscript();
      const speech = createReceptionistSpeech(transcript);
      const sentMs = new Map<string, number>();
      const marks: string[] = [];
      let nowMs = 0;
      speech.startPlaying(nowMs);
      for (const act of steps) {
        if (act.do === 'wait') nowMs += act.ms;
        else if (act.do === 'echo') speech.markReturned(marks[act.which % (marks.length || 1)] ?? '', nowMs);
        else if (act.do === 'done') speech.itemDone(`i${act.item}`, nowMs);
        else if (act.do === 'give up') speech.giveUpEchoes(nowMs);
        else if (act.do === 'audio') {
          const event = {
            kind: 'audio',
            responseId: `r${act.item}`,
            itemId: `i${act.item}`,
            base64: audioOf(act.ms),
          } as const;
          for (const decision of speech.audio({ ...event, contentIndex: act.content }, nowMs)) {
            const key = `i${act.item}/${act.content}`;
            if (decision.kind === 'play') sentMs.set(key, (sentMs.get(key) ?? 0) + act.ms);
            if (decision.kind === 'mark') marks.push(decision.name);
          }
        } else {
          for (const decision of speech.bargeIn(undefined, nowMs)) {
            if (decision.kind !== 'engine' || decision.command.kind !== 'truncate') continue;
            const { itemId, contentIndex, heardMs } = decision.command;
            expect(heardMs).toBeLessThanOrEqual(sentMs.get(`${itemId}/${contentIndex}`) ?? 0);
          }
          expect(speech.allHeard()).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
});
