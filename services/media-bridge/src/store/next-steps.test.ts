// Pins: a timer for every call of the last minute, and a step that is forgotten too soon or never.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { createNextSteps } from './next-steps.ts';

it('remembers each for a minute, with one timer for all', () => {
  const clock = manualClock();
  const steps = createNextSteps(clock);
  for (let call = 0; call < 12; call += 1) {
    steps.remember(`CA${call}`, { kind: 'hangup' });
    clock.advance(1_000);
  }
  expect(clock.waiting).toBe(1);
  clock.advance(47_999);
  expect(steps.asked('CA0')).toEqual({ kind: 'hangup' });
  clock.advance(1);
  expect(steps.asked('CA0')).toBeUndefined();
  expect(steps.asked('CA1')).toEqual({ kind: 'hangup' });
  clock.advance(11_000);
  expect(steps.asked('CA11')).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

it('keeps no timer for what was forgotten', () => {
  const clock = manualClock();
  const steps = createNextSteps(clock);
  steps.remember('CA1', { kind: 'hangup' });
  steps.forget('CA1');
  expect(clock.waiting).toBe(0);
});
