// Pins: a call that ends, or a caller who notices, when the model's session reaches its limit.
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { sessionsOf } from './scene/model.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const LIMIT_MS = 20_000;

test('a call longer than the model’s sessions: they are replaced in pauses, and the caller notices nothing', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Lark Radiant', number: 77, pool: 'rotated' });
  const port = await stage.start('own-model', 'short-lived-model', { SESSION_LIMIT: `${LIMIT_MS}ms` });
  const model = `127.0.0.1:${port}`;
  await startBridges('rotated', ['rotated-1'], {
    OPENAI_REALTIME_URL: `ws://${model}/v1/realtime`,
    OPENAI_SESSION_LIMIT_MS: String(LIMIT_MS),
  });
  const call = await callIn('+17735550187', scene.business.number, [
    asksForTimes('Dmitri Garrowby', 'Thursday'),
    picks(OFFER),
    ...leaves,
  ]);
  const aftermath = await scene.aftermath(call);
  const sessions = await sessionsOf('Lark Radiant', `http://${model}`);
  expect(sessions.length).toBeGreaterThan(1);
  expect(aftermath.report.durationMs).toBeGreaterThan(LIMIT_MS);
  expect(timesHeard(aftermath.report, 'sorry')).toBe(0);
  expectSilenceOfAtMost(2_500, aftermath);
  expectOneBooking(aftermath, 'Dmitri Garrowby');
  expectOneConversation(aftermath);
});
