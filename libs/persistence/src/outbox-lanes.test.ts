// Pins: one bad event that holds up everybody's, retries without pause, and waits that a reconnect does not end.
import { expect, test } from 'vitest';
import { createOutboxLanes, MAX_WAITING_LANES } from './outbox-lanes.ts';
import { publishBatch } from './outbox-relay.ts';
import type { PendingEvent } from './outbox-session.ts';

const steady = () => 0.5;

function pendingEvent(lane: string, id: number): PendingEvent {
  const event: PendingEvent['event'] = {
    specversion: '1.0',
    id: `${lane}:${id}`,
    source: '/services/shop',
    type: 'frontdesk.visit.booked.v1',
    subject: lane,
    time: '2026-01-05T15:00:00Z',
    datacontenttype: 'application/json',
    businessid: 'a',
    sequence: '1',
    data: {},
  };
  return { id, lane, subject: 'events.a.visit.booked', messageId: `a:${id}`, event };
}

test('a failing lane waits longer each time, up to ten seconds', () => {
  const lanes = createOutboxLanes(steady);
  const waits: (number | undefined)[] = [];
  for (let failures = 0; failures < 9; failures += 1) {
    lanes.failed('a', 0);
    waits.push(lanes.nextMs(0));
  }
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('a lane is back when its wait is over, and starts afresh after a success', () => {
  const lanes = createOutboxLanes(steady);
  lanes.failed('a', 0);
  lanes.failed('b', 50);
  expect(lanes.waiting(99)).toEqual(['a', 'b']);
  expect(lanes.waiting(100)).toEqual(['b']);
  expect(lanes.nextMs(100)).toBe(50);
  lanes.failed('a', 100);
  lanes.succeeded('a');
  lanes.failed('a', 1_000);
  expect(lanes.nextMs(1_000)).toBe(100);
});

test('retryAll ends every wait', () => {
  const lanes = createOutboxLanes(steady);
  for (let n = 0; n < 10; n += 1) lanes.failed(`lane ${n}`, 0);
  lanes.retryAll();
  expect(lanes.waiting(0)).toEqual([]);
  expect(lanes.nextMs(0)).toBeUndefined();
});

test('the number of remembered lanes is bounded', () => {
  const lanes = createOutboxLanes(steady);
  for (let n = 0; n < MAX_WAITING_LANES + 50; n += 1) lanes.failed(`lane ${n}`, 0);
  expect(lanes.waiting(0)).toHaveLength(MAX_WAITING_LANES);
});

test('a batch keeps each lane’s order, stops a failed lane, and reports what left', async () => {
  const batch = [1, 2, 3, 4, 5, 6].map((id) => pendingEvent(id % 2 ? 'odd' : 'even', id));
  const tried: number[] = [];
  const published = await publishBatch(batch, createOutboxLanes(steady), async ({ id }) => {
    tried.push(id);
    await Promise.resolve();
    return id !== 3;
  });
  expect(published.toSorted()).toEqual([1, 2, 4, 6]);
  expect(published.filter((id) => id % 2 === 0)).toEqual([2, 4, 6]);
  expect(tried).not.toContain(5);
});

test('when nothing can be published the rest of the batch is not tried', async () => {
  const batch = Array.from({ length: 100 }, (_, id) => pendingEvent(`lane ${id}`, id));
  let tries = 0;
  const published = await publishBatch(batch, createOutboxLanes(steady), async () => {
    tries += 1;
    return false;
  });
  expect(published).toEqual([]);
  expect(tries).toBeLessThan(20);
});
