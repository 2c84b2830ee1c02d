// Pins: a phone that is not answered because the service that knows the business is away.
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import * as stage from './stage/stage.ts';

test('business-profile away at ring time: the call is answered as always, only its knowledge is out of reach', async () => {
  await using scene = await openedInPeace();
  await using _ = await stage.hold(['gateway', 'nats'], ['business-profile']);
  await stage.signal('business-profile-1', 'SIGKILL');
  let call: Awaited<ReturnType<typeof callIn>>;
  try {
    call = await callIn('+17735550170', scene.business.number, [
      { say: 'How much does a furnace tune up cost?', after: 'silence' },
      { say: 'No, thank you. Goodbye.', after: { words: ['call you back'] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
    await call.heard('Hi, this is Robin Climate, how can I help you', 6_000);
    await call.heard('call you back');
  } finally {
    await stage.restart('business-profile-1');
  }
  const aftermath = await scene.aftermath(call);
  expect(aftermath.report.timings.startToFirstAudioMs).toBeLessThan(1_000);
  expect(heardText(aftermath.report)).toContain("can't look that up right now");
  expectSilenceOfAtMost(3_000, aftermath);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked).toMatchObject([{ outcome: 'unavailable' }]);
  expectOneConversation(aftermath);
});

async function openedInPeace() {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  return await openScene({ name: 'Robin Climate', number: 67 });
}
