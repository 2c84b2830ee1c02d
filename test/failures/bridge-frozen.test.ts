// Pins: a process that is not dead, only silent, and holds its calls; one that comes back and talks or writes over its
// successor.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test, vi } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { liveSessionsOf } from './scene/model.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { picksAfter } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const APOLOGY = 'we were cut off';

test('a bridge frozen: another goes on within five seconds, and the woken one is silent and writes nothing', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Sparrow Climate', number: 62, pool: 'frozen' });
  await startBridges('frozen', ['frozen-1', 'frozen-2']);

  const call = await callIn('+17735550162', scene.business.number, picksAfter(APOLOGY, 'Hiro Garrowby', 'Thursday'));
  await call.heard('I have Thursday');
  const owner = await call.owner();
  await stage.signal(owner, 'SIGSTOP');
  try {
    await call.heard(APOLOGY, 8_000);
  } finally {
    await stage.signal(owner, 'SIGCONT');
  }
  const epoch = (await call.head())?.epoch;
  expect(epoch).toBe(2);
  // Time for the old owner to do whatever it might do wrong, while the call goes on.
  await delay(1_500);
  expect(await call.head()).toMatchObject({ epoch: 2, owner: { podId: expect.not.stringMatching(owner) } });

  const aftermath = await scene.aftermath(call);
  expectSilenceOfAtMost(5_000, aftermath);
  expect(timesHeard(aftermath.report, APOLOGY)).toBe(1);
  expectOneBooking(aftermath, 'Hiro Garrowby');
  expectOneConversation(aftermath);
  // The old owner gave up its session with the model, and is of use again.
  await vi.waitFor(async () => expect(await liveSessionsOf('Sparrow Climate')).toEqual([]), { timeout: 10_000 });
  const log = await readFile(join(inject('failures').logsDir, `${owner}.log`), 'utf8');
  expect(log).not.toContain('"level":"fatal"');
});
