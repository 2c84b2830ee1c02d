// Pins: a booking that is only pretended, and silence where there should be a word.
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

test('booking away: the caller hears that the calendar is out of reach and is offered a call back, never a booking', async () => {
  await using scene = await openedInPeace();
  await using _ = await stage.hold(['gateway', 'nats'], ['booking']);
  await stage.signal('booking-1', 'SIGKILL');
  let call: Awaited<ReturnType<typeof callIn>>;
  try {
    call = await callIn('+17735550171', scene.business.number, [
      asksForTimes('Celeste Alderwick', 'Monday'),
      { say: 'No, thank you. Goodbye.', after: { words: ['call you back'] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
    await call.ended();
  } finally {
    await stage.restart('booking-1');
  }
  const aftermath = await scene.aftermath(call);
  const heard = heardText(aftermath.report);
  expect(heard).toContain("can't reach the calendar right now");
  expect(heard).not.toContain('booked');
  expectSilenceOfAtMost(3_000, aftermath);
  expect(aftermath.kept.tool_calls.find(({ name }) => name === 'find_slots')).toMatchObject({ outcome: 'unavailable' });
  expect(aftermath.bookings).toEqual([]);
  expectOneConversation(aftermath);
});

async function openedInPeace() {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  return await openScene({ name: 'Plover Heat', number: 68 });
}
