// Pins: a newcomer served before those who wait, more callers served than there are lines, and a queue stuck behind
// somebody who has hung up.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ahead, isNext, type Queue, seqOfCall, waiting } from './hold-queue.ts';

const now = Temporal.Instant.from('2026-06-17T15:00:00Z');
const ticket = (agoMs: number, callSid = 'CA1') => ({
  version: 1 as const,
  callSid,
  joinedAt: '2026-06-17T14:50:00Z',
  renewedAt: now.subtract({ milliseconds: agoMs }).toString(),
});

test('whoever came first is first, and who polls no more is passed over', () => {
  const queue: Queue = new Map([
    [7, ticket(30_000, 'CA7')],
    [9, ticket(100, 'CA9')],
    [8, ticket(100, 'CA8')],
  ]);
  expect([7, 8, 9, 10].map((seq) => ahead(queue, seq, now))).toEqual([0, 0, 1, 2]);
  expect(waiting(queue, now)).toBe(2);
  expect(seqOfCall(queue, 'CA9')).toBe(9);
  expect(seqOfCall(queue, 'CA1')).toBeUndefined();
});

test('of those who wait exactly as many are next as there are lines, and they are the first ones', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 40 }),
      fc.infiniteStream(fc.nat(60_000)),
      fc.nat(10),
      (seqs, ages, freeLines) => {
        const queue: Queue = new Map(seqs.map((seq) => [seq, ticket(ages.next().value ?? 0)]));
        const live = seqs.filter((seq) => now.since(queue.get(seq)?.renewedAt ?? now).total('seconds') <= 25);
        const next = live.filter((seq) => isNext(queue, seq, freeLines, now));
        expect(next.toSorted((a, b) => a - b)).toEqual(live.toSorted((a, b) => a - b).slice(0, freeLines));
        const newcomer = Math.max(0, ...seqs) + 1;
        expect(isNext(queue, newcomer, freeLines, now)).toBe(live.length < freeLines);
      },
    ),
  );
});
