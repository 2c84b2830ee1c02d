// Pins: a batch that is sent twice, never, or with its successor; and a wait for each bridge in place of one for all.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGathering } from './gathering.ts';

test('whatever is asked for until then is done together, once', async () => {
  const gather = createGathering();
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
