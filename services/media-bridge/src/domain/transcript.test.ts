import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTranscript, type SpokenTurn } from './transcript.ts';

function turn(text: string): SpokenTurn {
  return { kind: 'turn', role: 'caller', text, startedAtMs: 0, endedAtMs: 1, interrupted: false };
}

it('hands entries out in the order they began, without gaps in the numbers', () => {
  const transcript = createTranscript();
  for (const key of ['a', 'b', 'c']) transcript.begin(key);
  transcript.finish('c', turn('c'));
  transcript.finish('b');
  expect(transcript.take()).toEqual([]);
  transcript.finish('a', turn('a'));
  expect(transcript.take().map((entry) => [entry.seq, 'text' in entry && entry.text])).toEqual([
    [0, 'a'],
    [1, 'c'],
  ]);
  expect(transcript.count()).toBe(2);
});

it('keeps the first end of an entry', () => {
  const transcript = createTranscript();
  transcript.begin('a');
  transcript.finish('a', turn('first'));
  transcript.finish('a', turn('second'));
  expect(transcript.take()).toMatchObject([{ text: 'first' }]);
});

it('loses and repeats nothing, in whatever order things end', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }), (order) => {
      const transcript = createTranscript();
      for (const key of ['a', 'b', 'c', 'd', 'e']) transcript.begin(key);
      const taken = order.flatMap((key) => {
        transcript.finish(key, turn(key));
        return transcript.take();
      });
      expect(taken.map((entry) => 'text' in entry && entry.text)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(taken.map((entry) => entry.seq)).toEqual([0, 1, 2, 3, 4]);
    }),
  );
});
