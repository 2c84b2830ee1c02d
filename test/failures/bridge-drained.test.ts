// Pins: an update of the bridges that ends the calls on them.
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

test('a bridge told to stop lets its calls finish, or hands them over, and leaves with exit code 0', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Heron Comfort', number: 63, pool: 'drained' });
  const story = (name: string, day: 'Monday' | 'Friday') => [asksForTimes(name, day), picks(OFFER), ...leaves];

  await startBridges('drained', ['patient'], { DRAIN_MS: '60000' });
  const finishing = await callIn('+17735550163', scene.business.number, story('Kaia Hollin', 'Monday'));
  expect(await finishing.owner()).toBe('patient');
  // The next call goes to the idle one.
  await startBridges('drained', ['hurried'], { DRAIN_MS: '1500' });
  const handedOver = await callIn('+17735550164', scene.business.number, story('Oskar Eastergate', 'Friday'));
  expect(await handedOver.owner()).toBe('hurried');
  await startBridges('drained', ['successor']);

  await handedOver.heard('I have Friday');
  await Promise.all([stage.signal('patient', 'SIGTERM'), stage.signal('hurried', 'SIGTERM')]);

  const [stayed, moved] = await Promise.all([scene.aftermath(finishing), scene.aftermath(handedOver)]);
  expect(await Promise.all([stage.exitOf('patient'), stage.exitOf('hurried')])).toEqual(['exit code 0', 'exit code 0']);

  expect(timesHeard(stayed.report, 'cut off')).toBe(0);
  expect(stayed.report.streams).toHaveLength(1);
  expectOneBooking(stayed, 'Kaia Hollin');
  expectOneConversation(stayed);

  expect(moved.report.streams).toHaveLength(2);
  expectSilenceOfAtMost(3_000, moved);
  expectOneBooking(moved, 'Oskar Eastergate');
  expectOneConversation(moved);
});
