// Pins: a call whose gateway is frozen, or whose machine is gone without a word: its socket stays open, nothing comes
// through it, and the bridge takes that for a caller who is silent.
import { expect, inject, test } from 'vitest';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import { callIn } from './scene/call.ts';
import { openDoors } from './scene/gateways.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { picksAfter } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const APOLOGY = 'we were cut off';

test('a gateway frozen: back through the other one within seven seconds, to the same conversation', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Linnet Heating', number: 69 });
  const doors = await openDoors('linnet', 2);
  const steps = picksAfter(APOLOGY, 'Marta Ellwood', 'Monday');
  const call = await callIn('+17735550173', scene.business.number, steps, { publicUrl: doors.publicUrl });
  const carrier = await doors.carrierOf(call);
  await call.heard('I have Monday');
  const owner = await call.owner();
  await stage.signal(carrier, 'SIGSTOP');
  try {
    // The address leads only to those that answer, as balancers have it.
    await twilioControl(inject('failures').stack.twilio.apiUrl).mapHosts(doors.without(carrier));
    await call.heard(APOLOGY, 10_000);
  } finally {
    await stage.signal(carrier, 'SIGCONT');
  }
  expect(await call.head()).toMatchObject({ epoch: 1, owner: { podId: owner } });

  const aftermath = await scene.aftermath(call);
  expect(aftermath.report.streams).toHaveLength(2);
  // Three seconds without a frame, one for Twilio to notice by itself, and the way back.
  expectSilenceOfAtMost(7_000, aftermath);
  expectOneBooking(aftermath, 'Marta Ellwood');
  expectOneConversation(aftermath);
});
