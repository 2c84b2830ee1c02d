// Pins: a dead path that keeps its sockets for ever, and a quiet one that is taken for dead too soon.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, test } from 'vitest';
import { watchIdle } from './idle-watch.ts';

const IDLE_MS = 30_000;

function world() {
  const clock = manualClock(Temporal.Instant.from('2026-06-17T15:00:00Z'));
  const socket = { bytesRead: 0, bytesWritten: 0 };
  const state = { idle: 0 };
  const watch = watchIdle(
    () => socket.bytesRead + socket.bytesWritten,
    IDLE_MS,
    clock,
    () => {
      state.idle += 1;
    },
  );
  return { clock, socket, state, watch };
}

test('a socket through which nothing passes is idle, once', () => {
  const { clock, state } = world();
  clock.advance(IDLE_MS - 1);
  expect(state.idle).toBe(0);
  clock.advance(IDLE_MS);
  expect(state.idle).toBe(1);
});

test('a byte in either direction begins the time anew', () => {
  const { clock, socket, state } = world();
  for (let round = 0; round < 6; round += 1) {
    clock.advance(IDLE_MS - 6_000);
    if (round % 2 === 0) socket.bytesRead += 1;
    else socket.bytesWritten += 1;
  }
  expect(state.idle).toBe(0);
  clock.advance(2 * IDLE_MS);
  expect(state.idle).toBe(1);
});

test('nobody is told after it was disposed', () => {
  const { clock, state, watch } = world();
  watch[Symbol.dispose]();
  clock.advance(10 * IDLE_MS);
  expect(state.idle).toBe(0);
});
