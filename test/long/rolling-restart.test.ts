// Pins: an update of all bridges, one after the other, that costs a call or books twice.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { callIn, type OnCall } from '../failures/scene/call.ts';
import { expectOneBooking, expectOneConversation } from '../failures/scene/intact.ts';
import { awaitBridges, openScene, startBridges } from '../failures/scene/scene.ts';
import { conversationOf, longestSilenceMs } from '../failures/scene/sound.ts';
import { repeatsWhenAsked } from '../failures/scene/stories.ts';
import * as stage from '../failures/stage/stage.ts';
import type { CallReport } from '../simulators/twilio/report.ts';
import { asks, books, numberOf, WEEKDAYS } from './callers.ts';
import { settings } from './settings.ts';

const NAMES = ['Kaia Hollin', 'Oskar Hollin', 'Greta Hollin', 'Jonah Hollin', 'Maren Hollin'];
const DRAIN_MS = '3000';

/** Long enough that nobody is done before the second bridge is stopped. */
const QUESTIONS_EACH = 5;
const PLACED_OVER_MS = 2_000;

test('both bridges replaced while calls talk: every call finishes, none is dropped, nothing is booked twice', async () => {
  const calls = settings.LONG_CALLS;
  await using scene = await openScene({
    name: 'Pelican Heating',
    number: 80,
    pool: 'rolling',
    business: { maxConcurrentCalls: calls + 10 },
  });
  const bridges = ['rolling-1', 'rolling-2'];
  const again = repeatsWhenAsked(bridges.length);
  await startBridges('rolling', bridges, { DRAIN_MS });

  const booking = Math.min(calls, WEEKDAYS.length);
  const placed = await Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      // Not in step: people do not speak in chorus.
      await delay((index * PLACED_OVER_MS) / calls);
      const steps = index < booking ? books(index, NAMES[index] ?? '') : asks(index, QUESTIONS_EACH);
      return callIn(numberOf(index), scene.business.number, [], {
        order: { caller: { steps, repeatsWhenAsked: again } },
      });
    }),
  );
  // One after the other: to ask for all of them all the time would cost more than the calls.
  for (const call of placed) await call.heard('how can I help you', 30_000);

  const ends: string[] = [];
  const talking: number[] = [];
  for (const bridge of bridges) {
    talking.push(await stillTalking(placed));
    await stage.signal(bridge, 'SIGTERM');
    ends.push(await stage.exitOf(bridge));
    const back = awaitBridges([bridge]);
    await stage.restart(bridge);
    await back;
  }
  expect(ends).toEqual(['exit code 0', 'exit code 0']);

  const aftermaths = await Promise.all(placed.map((call) => scene.aftermath(call, { timeoutMs: 120_000 })));
  const reports = aftermaths.map(({ report }) => report);
  const moved = (times: number) => reports.filter(({ streams }) => streams.length === times + 1).length;
  const finished = reports.filter(({ script }) => script.done);
  console.log(
    [
      `${calls} calls, ${talking.join(' and ')} of them talking when a bridge was stopped`,
      `moved once ${moved(1)}, twice ${moved(2)}, not at all ${moved(0)}; finished ${finished.length}`,
      `asked to say something again ${sum(reports.map(({ script }) => script.repeated ?? 0))} times`,
      `longest time without a line ${Math.max(...reports.flatMap(gapsMs))} ms`,
      `longest silence ${Math.max(...reports.map(longestSilenceMs))} ms`,
      `bookings ${sum(aftermaths.map(({ bookings }) => bookings.length))} by ${booking} callers`,
      `the telephone network itself was ${Math.max(...reports.map(({ maxFrameLateMs }) => maxFrameLateMs))} ms late at worst`,
    ].join('\n'),
  );
  const unfinished = reports.filter(({ script }) => !script.done);
  expect(unfinished.map((report) => `${report.script.failure}\n${conversationOf(report)}`)).toEqual([]);
  for (const [index, aftermath] of aftermaths.entries()) {
    expectOneConversation(aftermath);
    if (index < booking) expectOneBooking(aftermath, NAMES[index] ?? '');
    else expect(aftermath.bookings).toEqual([]);
  }
  expect(talking[0]).toBe(calls);
  // Those who only book are done by then.
  expect(talking[1]).toBeGreaterThanOrEqual(calls - booking);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

async function stillTalking(calls: readonly OnCall[]): Promise<number> {
  const heads = await Promise.all(calls.map((call) => call.head()));
  return heads.filter((head) => head?.phase === 'talking').length;
}

/** From the end of one stream to the start of the next: what the caller says meanwhile nobody hears. */
function gapsMs({ streams }: CallReport): number[] {
  return streams.slice(1).map(({ startMs = 0 }, index) => startMs - (streams[index]?.endMs ?? 0));
}
