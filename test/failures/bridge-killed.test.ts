// Pins: a call that dies with the process that carries it; a conversation that begins again from nothing.
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { picksAfter } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const APOLOGY = 'we were cut off';

test('a bridge killed outright: another goes on with the same conversation within three seconds', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Bluebird Heating', number: 60, pool: 'killed' });
  const bridges = ['killed-1', 'killed-2'];
  await startBridges('killed', bridges);

  const call = await callIn('+17735550160', scene.business.number, picksAfter(APOLOGY, 'Nadia Fenwillow', 'Tuesday'));
  // In the middle of the sentence that names the times.
  await call.heard('I have Tuesday');
  const owner = await call.owner();
  await stage.signal(owner, 'SIGKILL');

  await call.heard(APOLOGY, 5_000);
  const head = await call.head();
  expect(head).toMatchObject({ epoch: 2, owner: { podId: bridges.find((name) => name !== owner) } });

  const aftermath = await scene.aftermath(call);
  expectSilenceOfAtMost(3_000, aftermath);
  expect(timesHeard(aftermath.report, APOLOGY)).toBe(1);
  // "The second one" was offered by a process that is gone, and picked in another.
  expectOneBooking(aftermath, 'Nadia Fenwillow');
  expectOneConversation(aftermath);
  expect(aftermath.report.script).toMatchObject({ done: true });
});
