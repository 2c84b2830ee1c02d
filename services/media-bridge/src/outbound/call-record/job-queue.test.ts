import { manualClock } from '@frontdesk/lifecycle';
import { expect, it, vi } from 'vitest';
import { createCommonStart } from './common-start.ts';
import { createJobQueue } from './job-queue.ts';

function queueWith(verdict: 'retry' | 'drop' | 'stop', maxWaiting = 10) {
  const clock = manualClock();
  const dropped: [string, number][] = [];
  const queue = createJobQueue({
    clock,
    maxWaiting,
    giveUpAfterMs: 60_000,
    onFailure: () => verdict,
    onDropped: (reason, jobs) => dropped.push([reason, jobs]),
    soon: createCommonStart(clock, 50),
  });
  return { clock, dropped, queue };
}

/** Lets pending promises settle, then the clock go on, until the queue is idle. */
async function settle({ clock, queue }: ReturnType<typeof queueWith>): Promise<void> {
  let idle = false;
  void queue.idle().then(() => {
    idle = true;
  });
  await vi.waitUntil(
    () => {
      clock.advance(500);
      return idle;
    },
    { interval: 1, timeout: 5_000 },
  );
}

// Events of an outage used to overtake each other, or to be lost.
it('tries a job until it is done, and keeps the order', async () => {
  const each = queueWith('retry');
  const done: string[] = [];
  let failures = 3;
  each.queue.add('first', async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('away');
    done.push('first');
  });
  each.queue.add('second', async () => void done.push('second'));
  await settle(each);
  expect(done).toEqual(['first', 'second']);
  expect(each.dropped).toEqual([]);
});

it('gives up what cannot be done for too long, with everything behind it', async () => {
  const each = queueWith('retry');
  each.queue.add('first', () => Promise.reject(new Error('away')));
  each.queue.add('second', () => Promise.resolve());
  await settle(each);
  expect(each.dropped).toEqual([['overdue', 2]]);
  expect(each.queue.add('third', () => Promise.resolve())).toBe(false);
});

it('is bounded', () => {
  const each = queueWith('retry', 2);
  const never = () => new Promise<void>(() => undefined);
  expect([1, 2, 3].map((n) => each.queue.add(`${n}`, never))).toEqual([true, true, false]);
  expect(each.dropped).toEqual([['full', 1]]);
});

it('goes on after a job that can never be done', async () => {
  const each = queueWith('drop');
  const done: string[] = [];
  each.queue.add('bad', () => Promise.reject(new Error('invalid')));
  each.queue.add('good', async () => void done.push('good'));
  await settle(each);
  expect(done).toEqual(['good']);
  expect(each.dropped).toEqual([['failed', 1]]);
});

// Each job alone wakes the server and is woken by it; one that somebody waits for must not wait for the others.
it('begins what is in no hurry a moment later, and at once when something else is not', async () => {
  const each = queueWith('drop');
  const done: string[] = [];
  each.queue.addUnhurried('first', async () => void done.push('first'));
  await Promise.resolve();
  expect(done).toEqual([]);
  each.queue.add('second', async () => void done.push('second'));
  await settle(each);
  expect(done).toEqual(['first', 'second']);

  each.queue.addUnhurried('third', async () => void done.push('third'));
  each.clock.advance(49);
  expect(done).toHaveLength(2);
  each.clock.advance(1);
  expect(done).toHaveLength(3);
});

it('lets nothing wait when it is to come to rest', async () => {
  const each = queueWith('drop');
  let done = false;
  each.queue.addUnhurried('last', async () => {
    done = true;
  });
  await each.queue.idle();
  expect(done).toBe(true);
});
