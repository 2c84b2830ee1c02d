// Pins: an update of all bridges, one after the other, that costs a call or books twice.
import { expect, test } from 'vitest';
import { callIn } from '../failures/scene/call.ts';
import { expectOneBooking, expectOneConversation } from '../failures/scene/intact.ts';
import { awaitBridges, openScene, startBridges } from '../failures/scene/scene.ts';
import { longestSilenceMs } from '../failures/scene/sound.ts';
import * as stage from '../failures/stage/stage.ts';
import { asks, books, numberOf, WEEKDAYS } from './callers.ts';
import { settings } from './settings.ts';

const NAMES = ['Kaia Hollin', 'Oskar Hollin', 'Greta Hollin', 'Jonah Hollin', 'Maren Hollin'];
const DRAIN_MS = '3000';

test('both bridges replaced while calls talk: every call finishes, none is dropped, nothing is booked twice', async () => {
  const calls = settings.LONG_CALLS;
  await using scene = await openScene({
    name: 'Pelican Heating',
    number: 80,
    pool: 'rolling',
    business: { maxConcurrentCalls: calls + 10 },
  });
  const bridges = ['rolling-1', 'rolling-2'];
  await startBridges('rolling', bridges, { DRAIN_MS });

  const booking = Math.min(calls, WEEKDAYS.length);
  const placed = await Promise.all(
    Array.from({ length: calls }, (_, index) =>
      callIn(
        numberOf(index),
        scene.business.number,
        index < booking ? books(index, NAMES[index] ?? '') : asks(index),
        // Not in step: people do not speak in chorus.
        { order: { streamSetupMs: 200 + ((index * 97) % 2_000) } },
      ),
    ),
  );
  await Promise.all(placed.map((call) => call.heard('how can I help you', 30_000)));

  const ends: string[] = [];
  for (const bridge of bridges) {
    await stage.signal(bridge, 'SIGTERM');
    ends.push(await stage.exitOf(bridge));
    const back = awaitBridges([bridge]);
    await stage.restart(bridge);
    await back;
  }
  expect(ends).toEqual(['exit code 0', 'exit code 0']);

  const aftermaths = await Promise.all(placed.map((call) => scene.aftermath(call, { timeoutMs: 120_000 })));
  const moved = aftermaths.filter(({ report }) => report.streams.length > 1).length;
  const silences = aftermaths.map(({ report }) => longestSilenceMs(report));
  console.log(`${calls} calls, ${moved} moved, longest silence ${Math.max(...silences)} ms`);
  const unfinished = aftermaths.filter(({ report }) => !report.script.done);
  expect(unfinished.map(({ report }) => report.script.failure)).toEqual([]);
  for (const [index, aftermath] of aftermaths.entries()) {
    expectOneConversation(aftermath);
    if (index < booking) expectOneBooking(aftermath, NAMES[index] ?? '');
    else expect(aftermath.bookings).toEqual([]);
  }
});
