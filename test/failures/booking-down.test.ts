// Pins: a booking that is only pretended, and silence where there should be a word.
import { expect, test } from 'vitest';
import { callIn, type OnCall } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const OFFERED = 'call you back';

test('booking frozen, then gone: the calendar is out of reach, a call back is offered, and nothing is booked', async () => {
  await using scene = await openedInPeace();
  await using _ = await stage.hold(['gateway', 'nats'], ['booking']);
  const asks = (from: string, name: string) =>
    callIn(from, scene.business.number, [
      asksForTimes(name, 'Monday'),
      { say: 'No, thank you. Goodbye.', after: { words: [OFFERED] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
  // A request is taken and never answered.
  await stage.signal('booking-1', 'SIGSTOP');
  const calls: { call: OnCall; outcome: string }[] = [];
  try {
    const frozen = await asks('+17735550171', 'Celeste Alderwick');
    calls.push({ call: frozen, outcome: 'deadline' });
    await frozen.heard("can't reach the calendar");
    // Nobody is there to take one.
    await stage.signal('booking-1', 'SIGKILL');
    const gone = await asks('+17735550172', 'Tobias Alderwick');
    calls.push({ call: gone, outcome: 'unavailable' });
    await gone.heard(OFFERED);
  } finally {
    await stage.signal('booking-1', 'SIGKILL');
    await stage.restart('booking-1');
  }
  for (const { call, outcome } of calls) {
    const aftermath = await scene.aftermath(call);
    const heard = heardText(aftermath.report);
    expect(heard).toContain("can't reach the calendar right now");
    expect(heard).not.toContain('booked');
    expect(aftermath.report.timings.startToFirstAudioMs).toBeLessThan(1_000);
    expectSilenceOfAtMost(3_000, aftermath);
    expect(aftermath.kept.tool_calls.find(({ name }) => name === 'find_slots')).toMatchObject({ outcome });
    expect(aftermath.bookings).toEqual([]);
    expectOneConversation(aftermath);
  }
});

async function openedInPeace() {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  return await openScene({ name: 'Plover Heat', number: 68 });
}
