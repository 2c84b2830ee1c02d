// Pins: a frozen bridge whose calls hang, one question per call instead of one per bridge, and questions that go on when
// nobody has a call there any more.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, test } from 'vitest';
import { createPulseWatch } from './pulse-watch.ts';

const bridge = { podId: 'bridge-1', address: '127.0.0.1:9000' };

function world() {
  const clock = manualClock(Temporal.Instant.from('2026-06-17T15:00:00Z'));
  const state = { answers: true, probes: 0, dead: [] as string[] };
  const pulses = createPulseWatch({
    clock,
    onDead: ({ podId }) => state.dead.push(podId),
    probe: async () => {
      state.probes += 1;
      return state.answers;
    },
  });
  async function pass(ms: number) {
    for (let at = 0; at < ms; at += 100) {
      clock.advance(100);
      await Promise.resolve();
      await Promise.resolve();
    }
  }
  return { pulses, state, pass };
}

test('a bridge that stops answering is dead after a second and a half, for everybody at once', async () => {
  const { pulses, state, pass } = world();
  const told: string[] = [];
  pulses.watch(bridge, () => told.push('one'));
  pulses.watch(bridge, () => told.push('two'));
  await pass(2_000);
  expect([state.probes, told]).toEqual([4, []]);
  state.answers = false;
  await pass(1_000);
  expect(told).toEqual([]);
  await pass(1_000);
  expect([told, state.dead]).toEqual([['one', 'two'], ['bridge-1']]);
  const asked = state.probes;
  await pass(2_000);
  expect(state.probes).toBe(asked);
});

test('a hiccup of a second is forgiven', async () => {
  const { pulses, state, pass } = world();
  const told: string[] = [];
  pulses.watch(bridge, () => told.push('dead'));
  for (const answers of [false, false, true, false, false, true]) {
    state.answers = answers;
    await pass(500);
  }
  expect(told).toEqual([]);
});

test('nobody is asked once the last call has gone', async () => {
  const { pulses, state, pass } = world();
  const [one, two] = [pulses.watch(bridge, () => undefined), pulses.watch(bridge, () => undefined)];
  one[Symbol.dispose]();
  await pass(500);
  expect(state.probes).toBe(1);
  two[Symbol.dispose]();
  await pass(2_000);
  expect(state.probes).toBe(1);
});
