// Pins: calls taken from a bridge that is only busy, and a frozen bridge believed in for ever.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alive, asked, beat, PATIENCE_MS, PROBE_EVERY_MS, type Pulse, patienceMs } from './pulse.ts';

/** Each question takes so long, and is answered or not; the next one follows half a second after it was asked. */
function after(questions: readonly { tookMs: number; answered: boolean }[]): Pulse {
  let nowMs = 0;
  let pulse = alive;
  for (const { tookMs, answered } of questions) {
    pulse = asked(pulse, nowMs);
    const waitedMs = Math.min(tookMs, patienceMs(pulse, nowMs));
    pulse = beat(pulse, answered && waitedMs === tookMs, nowMs + waitedMs);
    nowMs += Math.max(waitedMs, PROBE_EVERY_MS);
  }
  return pulse;
}

test('who answers late, but within patience, is never dead, however often', () => {
  const tookMs = fc.integer({ min: 0, max: PATIENCE_MS });
  fc.assert(
    fc.property(fc.array(tookMs, { maxLength: 40 }), (times) => {
      expect(after(times.map((tookMs) => ({ tookMs, answered: true }))).dead).toBe(false);
    }),
  );
});

test('who refuses for a second is forgiven, and dead after the whole of the patience', () => {
  const refused = { tookMs: 1, answered: false };
  const answered = { tookMs: 1, answered: true };
  const patient = PATIENCE_MS / PROBE_EVERY_MS;
  expect(after([refused, refused, answered, refused, refused, refused]).dead).toBe(false);
  expect(after(Array.from({ length: patient + 1 }, () => refused)).dead).toBe(true);
});

test('once dead, dead', () => {
  expect(beat({ dead: true }, true, 0).dead).toBe(true);
});

test('a frozen bridge is found out in time for the caller to hear somebody within five seconds', () => {
  expect(after([{ tookMs: 60_000, answered: false }]).dead).toBe(true);
  expect(PROBE_EVERY_MS + PATIENCE_MS).toBeLessThanOrEqual(2_000);
});
