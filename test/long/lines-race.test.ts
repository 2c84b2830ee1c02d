// Pins: more callers talking than a business has lines, and callers who wait and are overtaken or forgotten.
import { queue, seqOfTicketKey, ticket } from '@frontdesk/contracts/kv/queue';
import { Kvm } from '@nats-io/kv';
import { expect, test } from 'vitest';
import { callIn, natsConnection } from '../failures/scene/call.ts';
import { openScene } from '../failures/scene/scene.ts';
import { heardText } from '../failures/scene/sound.ts';
import { asks, numberOf } from './callers.ts';
import { settings } from './settings.ts';

test('many callers race for a few lines: never more at once than lines, and all are served in order or called back', async () => {
  const { LONG_RACERS: racers, LONG_LINES: lines } = settings;
  await using scene = await openScene({
    name: 'Curlew Climate',
    number: 81,
    business: { maxConcurrentCalls: lines },
  });
  const bucket = await new Kvm(await natsConnection()).open(queue.bucket);
  const seqOf = new Map<string, number>();
  const watch = await bucket.watch({ key: `${scene.business.id}.>` });
  const watching = (async () => {
    for await (const entry of watch) {
      if (entry.operation === 'PUT') seqOf.set(ticket.parse(entry.json()).callSid, seqOfTicketKey(entry.key));
    }
  })();

  const beganAt = performance.now();
  const placed = await Promise.all(
    Array.from({ length: racers }, async (_, index) => {
      const placedAtMs = performance.now() - beganAt;
      return { placedAtMs, call: await callIn(numberOf(index), scene.business.number, asks(index, 1)) };
    }),
  );
  const ended = await Promise.all(
    placed.map(async ({ placedAtMs, call }) => ({ placedAtMs, report: await call.ended(600_000) })),
  );
  watch.stop();
  await watching;

  const talks = ended.flatMap(({ placedAtMs, report }) =>
    report.streams.map(({ startMs = 0, endMs = 0 }) => ({
      callSid: report.callSid,
      fromMs: placedAtMs + startMs,
      untilMs: placedAtMs + endMs,
    })),
  );
  const atOnce = talks.map(({ fromMs }) => talks.filter((one) => one.fromMs <= fromMs && fromMs < one.untilMs).length);
  const served = ended.filter(({ report }) => heardText(report).includes('Goodbye') && report.streams.length === 1);
  console.log(`${racers} callers, ${lines} lines: ${Math.max(...atOnce)} at once, ${served.length} served`);
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(lines);

  // Whoever waited came on in the order of the tickets.
  const waited = talks.filter(({ callSid }) => seqOf.has(callSid)).sort((one, other) => one.fromMs - other.fromMs);
  const order = waited.map(({ callSid }) => seqOf.get(callSid) ?? 0);
  expect(outOfOrder(order, lines)).toEqual([]);
  const neither = ended.filter(({ report }) => report.streams.length === 0);
  for (const { report } of neither) expect(heardText(report)).toMatch(/leave a message|call you back|call again/);
  expect(ended.filter(({ report }) => report.streams.length > 1)).toEqual([]);
  expect(served.length + neither.length).toBe(racers);
});

/** Those that are freed together may be picked up within one poll of each other: as many as there are lines. */
function outOfOrder(order: readonly number[], tolerance: number): number[] {
  return order.filter((seq, place) => order.slice(place + 1).filter((later) => later < seq).length >= tolerance);
}
