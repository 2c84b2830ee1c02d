import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_FILL_MS, MediaGaps } from './media-gaps.ts';

const FRAME = 160;

it('passes a whole stream untouched, whatever its first time is', () => {
  const gaps = new MediaGaps();
  for (let ms = 4_000; ms < 5_000; ms += 20) {
    expect(gaps.frame(ms, FRAME, ms)).toEqual({ silenceMs: 0, stale: false });
  }
});

// Without it two words with a lost second between them were one to the engine.
it('fills a hole with as much silence, up to ten seconds', () => {
  const gaps = new MediaGaps();
  gaps.frame(0, FRAME, 0);
  expect(gaps.frame(120, FRAME, 120)).toEqual({ silenceMs: 100, stale: false });
  expect(gaps.frame(60_000, FRAME, 60_000)).toEqual({ silenceMs: MAX_FILL_MS, stale: false });
});

it('takes no frame twice, and none that comes late', () => {
  const gaps = new MediaGaps();
  gaps.frame(0, FRAME, 0);
  gaps.frame(20, FRAME, 20);
  expect(gaps.frame(20, FRAME, 21).stale).toBe(true);
  gaps.frame(100, FRAME, 100);
  expect(gaps.frame(60, FRAME, 101).stale).toBe(true);
});

// One frame dated an hour ahead, and the caller was not heard to the end of the call.
it('hears the caller again soon after a time that was far ahead', () => {
  const gaps = new MediaGaps();
  for (let ms = 0; ms < 1_000; ms += 20) gaps.frame(ms, FRAME, ms);
  gaps.frame(3_600_000, FRAME, 1_000);
  const frames = Array.from({ length: 50 }, (_, n) => gaps.frame(1_020 + n * 20, FRAME, 1_020 + n * 20));
  expect(frames.filter(({ stale }) => stale).length).toBeLessThanOrEqual(10);
  expect(frames.slice(10).every(({ stale, silenceMs }) => !stale && silenceMs === 0)).toBe(true);
});

it('tolerates rounded times', () => {
  const gaps = new MediaGaps();
  gaps.frame(0, FRAME, 0);
  expect(gaps.frame(19, FRAME, 19)).toEqual({ silenceMs: 0, stale: false });
  expect(gaps.frame(44, FRAME, 44)).toEqual({ silenceMs: 0, stale: false });
});

// A caller whose line goes dead in mid-sentence: the turn never ended and nobody answered.
it('gives a second of silence when nothing comes for 750 ms, and does not fill that second again', () => {
  const gaps = new MediaGaps();
  expect(gaps.missing(10_000)).toBe(0);
  gaps.frame(0, FRAME, 0);
  expect(gaps.missing(749)).toBe(0);
  expect(gaps.missing(750)).toBe(1_000);
  expect(gaps.missing(1_000)).toBe(0);
  expect(gaps.missing(1_750)).toBe(1_000);
  expect(gaps.frame(3_020, FRAME, 3_020)).toEqual({ silenceMs: 1_000, stale: false });
});

it('gives for any hole as much silence as is missing, or the second it began to give', () => {
  const step = fc.record({ lostFrames: fc.nat(120), checkEveryMs: fc.integer({ min: 100, max: 900 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const gaps = new MediaGaps();
      let nowMs = 0;
      gaps.frame(0, FRAME, 0);
      for (const { lostFrames, checkEveryMs } of steps) {
        const holeMs = lostFrames * 20;
        let givenMs = 0;
        for (let at = checkEveryMs; at < holeMs; at += checkEveryMs) givenMs += gaps.missing(nowMs + at);
        nowMs += holeMs + 20;
        const { silenceMs, stale } = gaps.frame(nowMs, FRAME, nowMs);
        expect(stale).toBe(false);
        expect(givenMs + silenceMs).toBeGreaterThanOrEqual(holeMs);
        expect(givenMs + silenceMs).toBeLessThanOrEqual(Math.max(holeMs, givenMs));
        expect(givenMs).toBeLessThanOrEqual(holeMs + 1_000);
      }
    }),
  );
});
