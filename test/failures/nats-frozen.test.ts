// Pins: a messaging server that accepts connections and answers nothing, which hangs everybody who asks it.
import { callEnded } from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import * as stage from './stage/stage.ts';

const PRICE = 'How much does a furnace tune up cost?';

test('NATS frozen in a call: nobody waits for it, new callers leave a message, and it goes on where it stopped', async () => {
  await using _ = await stage.hold(['gateway', 'postgres', 'booking', 'business-profile'], ['nats']);
  await using scene = await openScene({ name: 'Godwit Gas', number: 81 });
  const { number } = scene.business;
  const call = await callIn('+17735550193', number, [
    { say: PRICE, after: { words: ['how can I help you'] } },
    { say: `Please try again. ${PRICE}`, after: { words: ['call you back'] } },
    { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  await call.heard('how can I help you');
  await stage.freezeNats();
  let turnedAway: Awaited<ReturnType<typeof callIn>>;
  try {
    turnedAway = await callIn('+17735550194', number, [{ waitForHangUp: true, timeoutMs: 20_000 }]);
    await Promise.all([
      call.heard("can't look that up right now", 10_000),
      turnedAway.heard('leave a message after the tone', 10_000),
    ]);
  } finally {
    await stage.thawNats();
  }
  const refused = await turnedAway.ended();
  expect(refused).toMatchObject({ errors: [], twiml: [{ status: 200 }] });
  expect(refused.timings.webhookToTwimlMs).toBeLessThan(5_000);

  const aftermath = await scene.aftermath(call);
  expectSilenceOfAtMost(3_000, aftermath);
  expect(timesHeard(aftermath.report, '129 dollars')).toBe(1);
  expect(aftermath.report.streams).toHaveLength(1);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked.map(({ outcome }) => outcome === 'ok')).toEqual([false, true]);
  expectOneConversation(aftermath);
  expect(eventsOfType(aftermath.events, callEnded)[0]?.data).toMatchObject({ reason: 'goodbye' });
});
