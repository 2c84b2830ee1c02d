// Pins: a member that is called for another's log and trace; a beat that goes on for nobody, or stops for those who stay.
import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';
import { createPulse } from './pulse.ts';

test('calls everybody with one timer, from the first who joins to the last who leaves', () => {
  const clock = manualClock();
  const pulse = createPulse(clock, 100);
  const called: string[] = [];
  const first = pulse.join(() => called.push('first'));
  clock.advance(60);
  const second = pulse.join(() => called.push('second'));
  expect(clock.waiting).toBe(1);
  clock.advance(40);
  expect(called).toEqual(['first', 'second']);
  first[Symbol.dispose]();
  clock.advance(100);
  expect(called).toEqual(['first', 'second', 'second']);
  second[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
  clock.advance(1_000);
  expect(called).toHaveLength(3);
});

test('calls each in its own context', () => {
  const clock = manualClock();
  const pulse = createPulse(clock, 100);
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  for (const name of ['one', 'other']) storage.run(name, () => pulse.join(() => seen.push(storage.getStore())));
  clock.advance(100);
  expect(seen).toEqual(['one', 'other']);
});

test('a member may leave, and another join, while everybody is called', () => {
  const clock = manualClock();
  const pulse = createPulse(clock, 100);
  const called: string[] = [];
  const leaving = pulse.join(() => {
    called.push('leaving');
    leaving[Symbol.dispose]();
    pulse.join(() => called.push('joined'));
  });
  clock.advance(200);
  expect(called[0]).toBe('leaving');
  expect(called.filter((name) => name === 'leaving')).toHaveLength(1);
  expect(called).toContain('joined');
  expect(clock.waiting).toBe(1);
});
