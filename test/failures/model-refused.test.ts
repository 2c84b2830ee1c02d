// Pins: a caller left in silence, or hung up on without a word, because the model stays out of reach.
import { callDegraded, callEnded } from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectSilenceOfAtMost } from './scene/intact.ts';
import { makeModel } from './scene/model.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

test('the model stays away: the business’s fallback, and a word to the business', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  const fallback = { kind: 'voicemail' } as const;
  await using apologises = await openScene({ name: 'Tern Thermal', number: 75, pool: 'refused' });
  await using records = await openScene({ name: 'Gull Thermal', number: 76, pool: 'refused', business: { fallback } });
  const model = `127.0.0.1:${await stage.start('own-model', 'refusing-model', {})}`;
  await startBridges('refused', ['refused-1'], { OPENAI_REALTIME_URL: `ws://${model}/v1/realtime` });

  const waits = { waitForHangUp: true, timeoutMs: 40_000 } as const;
  const [told, recorded] = await Promise.all([
    callIn('+17735550185', apologises.business.number, [asksForTimes('Lorenzo Hollin', 'Monday'), waits]),
    callIn('+17735550186', records.business.number, [
      asksForTimes('Bruno Hollin', 'Tuesday'),
      { say: 'Please call me back about my furnace.', after: { words: ['after the tone'] }, timeoutMs: 40_000 },
      waits,
    ]),
  ]);
  await Promise.all([told.heard('I have Monday'), recorded.heard('I have Tuesday')]);
  await makeModel({ kind: 'refuse', status: 503, count: 1_000 }, `http://${model}`);
  await makeModel({ kind: 'drop', at: 'now' }, `http://${model}`);

  await told.heard('we were cut off and cannot go on right now', 20_000);
  await recorded.heard('leave a message after the tone', 20_000);
  for (const [scene, call] of [
    [apologises, told],
    [records, recorded],
  ] as const) {
    const aftermath = await scene.aftermath(call);
    expectSilenceOfAtMost(10_000, aftermath);
    expect(eventsOfType(aftermath.events, callDegraded).length).toBeGreaterThan(0);
    expect(eventsOfType(aftermath.events, callEnded)).toMatchObject([{ data: { reason: 'model_lost' } }]);
    expect(aftermath.bookings).toEqual([]);
  }
  const { recordings } = await recorded.report();
  expect(recordings).toMatchObject([{ text: expect.stringContaining('about my furnace') }]);
});
