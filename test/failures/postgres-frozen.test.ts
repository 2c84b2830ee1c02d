// Pins: a phone that is not answered because a database is away; an answer pretended; a process that never recovers.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText, timesHeard } from './scene/sound.ts';
import * as stage from './stage/stage.ts';

const FROZEN_MS = 20_000;
const ANSWER = 'A furnace tune up costs 129 dollars';

test('PostgreSQL stopped for 20 s: calls are answered, tools say that they cannot, afterwards all is caught up', async () => {
  await using scene = await openedInPeace();
  await using _ = await stage.hold(['gateway', 'nats', 'business-profile'], ['postgres']);
  await stage.freezePostgres();
  const frozenAt = performance.now();
  let call: Awaited<ReturnType<typeof callIn>>;
  try {
    call = await callIn('+17735550169', scene.business.number, [
      { say: 'How much does a furnace tune up cost?', after: 'silence' },
      { say: 'Yes please.', after: { words: ['call you back'] } },
      { waitMs: 6_000 },
      { say: 'How much does a furnace tune up cost?', timeoutMs: 20_000, after: { words: ['anything else'] } },
      { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
    await call.heard('this is Finch Heating', 6_000);
    await delay(FROZEN_MS - (performance.now() - frozenAt));
  } finally {
    await stage.thawPostgres();
  }
  const aftermath = await scene.aftermath(call);
  const heard = heardText(aftermath.report);
  expect(heard).toContain("can't look that up right now");
  expect(heard).toContain(ANSWER);
  expect(timesHeard(aftermath.report, '129 dollars')).toBe(1);
  expectSilenceOfAtMost(9_000, aftermath);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked.map(({ outcome }) => outcome === 'ok')).toEqual([false, true]);
  expectOneConversation(aftermath);
});

/** A business is stored before its database goes. */
async function openedInPeace() {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  return await openScene({ name: 'Finch Heating', number: 66 });
}
