// Pins: a batch that is sent twice, never, or with its successor; a wait for each bridge in place of one for all; and one that
// begins anew after the frames have already waited for a busy gateway.
import { setImmediate as turn } from 'node:timers/promises';
import { manualClock } from '@frontdesk/lifecycle';
import { expect, test, vi } from 'vitest';
import { createGathering } from './gathering.ts';

test('whatever is asked for until then is done together, once', async () => {
  const gather = createGathering(manualClock());
  const done: string[] = [];
  gather(() => {
    done.push('first');
    gather(() => done.push('its successor'));
  });
  gather(() => done.push('second'));
  await turn();
  gather(() => done.push('in the next turn'));
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(['first', 'second', 'in the next turn']);
  await turn();
  await turn();
  expect(done).toEqual(['first', 'second', 'in the next turn', 'its successor']);
});

test('the time that a gateway was busy since the first frame came is not waited for again', async () => {
  using wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  const clock = manualClock();
  const gather = createGathering(clock);
  let done = 0;
  for (const busyMs of [0, 0.1, 0.5]) {
    gather(() => {
      done += 1;
    });
    clock.advance(busyMs);
    await turn();
    await turn();
  }
  expect(wait.mock.calls.map(([, , , timeoutMs]) => timeoutMs?.toFixed(1))).toEqual(['0.2', '0.1']);
  expect(done).toBe(3);
});
