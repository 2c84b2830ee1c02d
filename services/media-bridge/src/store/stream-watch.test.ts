// Pins: a gateway that is frozen or lost without a FIN, and a call that waits for it until its caller seems silent; a
// caller in a tunnel, or a bridge that stood still, taken for that.
import { createPulse, manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { ARE_YOU_THERE, LOOK_EVERY_MS, StreamWatch } from './stream-watch.ts';

function watched() {
  const clock = manualClock();
  const happened: string[] = [];
  const at = { watched: true };
  const watch = new StreamWatch({
    pulse: createPulse(clock, LOOK_EVERY_MS),
    isWatched: () => at.watched,
    ask: (name) => void happened.push(name),
    onSilent: () => void happened.push('lost'),
  });
  function talkFor(ms: number): void {
    for (let spokenMs = 0; spokenMs < ms; spokenMs += 20) {
      clock.advance(20);
      watch.frame(clock.monotonicMs());
    }
  }
  return { clock, watch, happened, at, talkFor };
}

it('tells once of a stream without a frame for three seconds, and asks it first', () => {
  const { clock, happened, talkFor } = watched();
  talkFor(10_000);
  clock.advance(1_900);
  expect(happened).toEqual([]);
  clock.advance(700);
  expect(happened).toEqual([ARE_YOU_THERE]);
  clock.advance(900);
  expect(happened).toEqual([ARE_YOU_THERE, 'lost']);
  clock.advance(60_000);
  expect(happened).toEqual([ARE_YOU_THERE, 'lost']);
});

// Whose call it is need not be asked then: one look too many costs a request, one too few a record of another's call.
it('knows whether frames are coming, whatever else comes', () => {
  const { clock, watch, talkFor } = watched();
  expect(watch.isHeard(clock.monotonicMs())).toBe(false);
  watch.sign(clock.monotonicMs());
  expect(watch.isHeard(clock.monotonicMs())).toBe(false);
  talkFor(100);
  clock.advance(200);
  expect(watch.isHeard(clock.monotonicMs())).toBe(true);
  watch.sign(clock.monotonicMs());
  clock.advance(1);
  expect(watch.isHeard(clock.monotonicMs())).toBe(false);
  talkFor(100);
  watch.restart();
  expect(watch.isHeard(clock.monotonicMs())).toBe(false);
});

it('keeps a stream whose caller sends nothing, as long as Twilio answers', () => {
  const { clock, watch, happened, talkFor } = watched();
  talkFor(1_000);
  for (let tries = 0; tries < 5; tries += 1) {
    clock.advance(2_500);
    watch.sign(clock.monotonicMs());
  }
  expect(happened).not.toContain('lost');
});

it('waits for the first frame of every stream, and watches none that is not there', () => {
  const { clock, watch, happened, at, talkFor } = watched();
  clock.advance(10_000);
  talkFor(1_000);
  watch.restart();
  clock.advance(10_000);
  expect(happened).toEqual([]);
  talkFor(1_000);
  at.watched = false;
  clock.advance(10_000);
  at.watched = true;
  clock.advance(1_900);
  expect(happened).toEqual([]);
});

it('leaves no timer behind', () => {
  const { clock, watch } = watched();
  watch[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
});
