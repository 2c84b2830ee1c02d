// Pins: more callers talking than a business has lines, and callers who wait and are overtaken or forgotten.
import { setTimeout as delay } from 'node:timers/promises';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { expect, test } from 'vitest';
import { callIn } from '../failures/scene/call.ts';
import { openScene } from '../failures/scene/scene.ts';
import { conversationOf, heardText } from '../failures/scene/sound.ts';
import type { CallReport } from '../simulators/twilio/report.ts';
import { asks, numberOf, wantsCallBack } from './callers.ts';
import { watchLineOrder } from './line-order.ts';
import { settings } from './settings.ts';

/** One in so many calls while others wait already, and asks to be called back. */
const CALLED_BACK_EACH = 10;
const LATER_MS = 4_000;
const GIVES_UP_AFTER_MS = 900_000;

test('many callers race for a few lines: never more at once than lines, and all are served in order or called back', async () => {
  const { LONG_RACERS: racers, LONG_LINES: lines } = settings;
  await using scene = await openScene({
    name: 'Curlew Climate',
    number: 81,
    business: { maxConcurrentCalls: lines },
  });
  const orderOfLines = await watchLineOrder(scene.business.id, lines);

  const beganAt = performance.now();
  const calledBack = Math.floor(racers / CALLED_BACK_EACH);
  const ended = await Promise.all(
    Array.from({ length: racers }, async (_, index) => {
      const isLate = index < calledBack;
      if (isLate) await delay(LATER_MS);
      const placedAtMs = performance.now() - beganAt;
      const rangAtMs = Date.now();
      const call = await callIn(numberOf(index), scene.business.number, isLate ? wantsCallBack : asks(index, 1));
      return { isLate, placedAtMs, rangAtMs, report: await call.ended(GIVES_UP_AFTER_MS) };
    }),
  );
  const order = await orderOfLines(new Map(ended.map(({ report, rangAtMs }) => [report.callSid, rangAtMs])));

  const talks = ended.flatMap(({ placedAtMs, report }) =>
    report.streams.map(({ startMs = 0, endMs = 0 }) => ({ fromMs: placedAtMs + startMs, untilMs: placedAtMs + endMs })),
  );
  const atOnce = talks.map(({ fromMs }) => talks.filter((one) => one.fromMs <= fromMs && fromMs < one.untilMs).length);
  const reports = ended.filter(({ isLate }) => !isLate).map(({ report }) => report);
  const served = reports.filter((report) => heardText(report).includes('Goodbye') && report.streams.length === 1);
  const promised = await scene.eventsOfType(callbackRequested);
  console.log(
    [
      `${racers} callers, ${lines} lines: ${Math.max(...atOnce)} talking and ${order.mostHeld} lines held at once`,
      `${served.length} served, ${order.waitedMs.length} of them after waiting, ${promised.length} called back instead`,
      `waited longest ${seconds(Math.max(0, ...order.waitedMs))} s, typically ${seconds(median(order.waitedMs))} s`,
      `${order.overtaking.length} overtaken; ${order.ahead} came on a moment before somebody whose own line was free`,
      `the telephone network itself was ${Math.max(...reports.map(({ maxFrameLateMs }) => maxFrameLateMs))} ms late at worst`,
    ].join('\n'),
  );
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(lines);
  expect(order.mostHeld).toBeLessThanOrEqual(lines);
  expect(order.overtaking).toEqual([]);

  expect(reports.filter((report) => !served.includes(report)).map(conversationOf)).toEqual([]);
  expect(reports.flatMap(({ script }) => script.failure ?? [])).toEqual([]);
  // Whoever waited was offered to be called back, and whoever wanted that was promised it.
  const waited = reports.filter(({ callSid }) => order.ticketed.has(callSid));
  expect(waited.length).toBe(racers - calledBack - lines);
  expect(waited.filter((report) => !heardText(report).includes('Press 1 and we will call you back'))).toEqual([]);
  const late = ended.filter(({ isLate }) => isLate).map(({ report }) => report);
  expect(late.filter((report) => !wasPromised(report)).map(conversationOf)).toEqual([]);
  expect(promised).toHaveLength(calledBack);
});

function wasPromised(report: CallReport): boolean {
  return report.streams.length === 0 && heardText(report).includes('We will call you back as soon as we can');
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
