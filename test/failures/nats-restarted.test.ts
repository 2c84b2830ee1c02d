// Pins: a conversation that stops, or a new caller left without an answer, because the messaging in the middle is away.
import { callEnded } from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import { leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

test('NATS restarted in a call: the sound goes on, tools fail at once, new callers are told, and nothing is lost', async () => {
  await using _ = await stage.hold(['gateway', 'postgres', 'booking', 'business-profile'], ['nats']);
  await using scene = await openScene({ name: 'Swift Furnace', number: 65 });
  const { number } = scene.business;
  const call = await callIn('+17735550167', number, [
    { say: 'Hello, my name is Amara Ivesdale.', after: 'silence' },
    { say: 'How much does a furnace tune up cost?', after: { words: ['how can I help you'] } },
    { waitMs: 2_500 },
    { say: 'Please book a furnace tune up next week on Wednesday.', after: { words: ['call you back'] } },
    picks(OFFER, 'first'),
    ...leaves,
  ]);
  await call.heard('Thanks, Amara Ivesdale');
  await stage.killNats();
  let turnedAway: Awaited<ReturnType<typeof callIn>>;
  try {
    turnedAway = await callIn('+17735550168', number, [{ waitForHangUp: true, timeoutMs: 20_000 }]);
    await call.heard("can't look that up right now", 10_000);
    await turnedAway.heard('we cannot take your call right now', 10_000);
  } finally {
    await stage.startNats();
  }
  const refused = await turnedAway.ended();
  expect(refused.twiml[0]?.status).toBe(200);
  expect(refused.errors).toEqual([]);

  const aftermath = await scene.aftermath(call);
  expect(heardText(aftermath.report)).toContain("can't look that up right now");
  expectSilenceOfAtMost(4_500, aftermath);
  expect(aftermath.report.streams).toHaveLength(1);
  expectOneBooking(aftermath, 'Amara Ivesdale');
  expectOneConversation(aftermath);
  expect(eventsOfType(aftermath.events, callEnded)[0]?.data).toMatchObject({ reason: 'goodbye' });
});
