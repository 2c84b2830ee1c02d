// Pins: a phone that is not answered because a database is away; an answer pretended; a process that never recovers.
import { setTimeout as delay } from 'node:timers/promises';
import { recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import { expect, test, vi } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { connectAsOperator, openScene, type Scene } from './scene/scene.ts';
import { heardText, timesHeard } from './scene/sound.ts';
import * as stage from './stage/stage.ts';

const FROZEN_MS = 20_000;
const PRICE = 'How much does a furnace tune up cost?';
const ANSWER = 'A furnace tune up costs 129 dollars';
const CALLER = '+17735550169';
const known = { phone: CALLER, attestation: 'A', trust: 'attested' } as const;

test('PostgreSQL stopped for 20 s: calls are answered, tools say that they cannot, afterwards all is caught up', async () => {
  await using scene = await openedInPeace();
  await using _ = await stage.hold(['gateway', 'nats', 'business-profile'], ['postgres']);
  await stage.freezePostgres();
  const frozenAt = performance.now();
  let call: Awaited<ReturnType<typeof callIn>>;
  try {
    call = await callIn(CALLER, scene.business.number, [
      { say: PRICE, after: 'silence' },
      { say: `Please try again. ${PRICE}`, after: { words: ['call you back'] } },
      { say: `And now? ${PRICE}`, after: { words: ['call you back'] } },
      { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
    // Known, and not known now: as anybody who calls for the first time, and not a moment later.
    await call.heard('Hi, this is Finch Heating', 6_000);
    // Twice told that it cannot be looked up, and then for what is left of the time.
    const told = async () => expect(timesHeard(await call.report(), "can't look that up")).toBe(2);
    await vi.waitFor(told, { timeout: 40_000, interval: 100 });
    await delay(Math.max(0, FROZEN_MS - (performance.now() - frozenAt)));
  } finally {
    await stage.thawPostgres();
  }
  await vi.waitFor(async () => expect(await whoIs(scene)).toMatchObject({ recall: 'full' }), { timeout: 20_000 });
  const knownAgain = callIn(CALLER, scene.business.number, [
    { waitMs: 6_000 },
    { say: 'No, thank you. Goodbye.', after: 'silence' },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  await (await knownAgain).heard('Hi Winifred, this is Finch Heating', 6_000);
  const aftermath = await scene.aftermath(call);
  expect(aftermath.report.timings.startToFirstAudioMs).toBeLessThan(1_000);
  expect(heardText(aftermath.report)).not.toContain('Winifred');
  const heard = heardText(aftermath.report);
  expect(heard).toContain("can't look that up right now");
  expect(heard).toContain(ANSWER);
  expect(timesHeard(aftermath.report, '129 dollars')).toBe(1);
  // The second a tool may take is filled with a word.
  expectSilenceOfAtMost(3_000, aftermath);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked.map(({ outcome }) => outcome === 'ok')).toEqual([false, false, true]);
  expectOneConversation(aftermath);
});

/** The business is stored, and its caller known, before the database goes. */
async function openedInPeace(): Promise<Scene> {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  const scene = await openScene({ name: 'Finch Heating', number: 66 });
  await using operator = await connectAsOperator();
  const { id } = scene.business;
  const callSid = `CA${'6'.repeat(32)}`;
  const named = { ...known, name: 'Winifred Alderwick', callSid };
  await operator.request(saveCallerName, id, named, { idempotencyKey: `${callSid}:name` });
  expect(await whoIs(scene)).toMatchObject({ recall: 'full', firstName: 'Winifred' });
  return scene;
}

async function whoIs({ business }: Scene) {
  await using operator = await connectAsOperator();
  return await operator.request(recogniseCaller, business.id, known);
}
