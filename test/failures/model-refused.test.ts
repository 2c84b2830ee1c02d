// Pins: a caller left in silence, or hung up on without a word, because the model stays out of reach.
import type { Fallback } from '@frontdesk/contracts/business-profile/agent-profile';
import { callDegraded, callEnded } from '@frontdesk/contracts/events/call';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import type { Step } from '../simulators/twilio/script.ts';
import { callIn, type OnCall } from './scene/call.ts';
import { eventsOfType, expectSilenceOfAtMost } from './scene/intact.ts';
import { makeModel } from './scene/model.ts';
import { openScene, type Scene, startBridges } from './scene/scene.ts';
import { untilHeard } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const MESSAGE = 'Please call me back about my furnace.';
const leavesWord: Step = { say: MESSAGE, after: { words: ['after the tone'] }, timeoutMs: 40_000 };
const waits: Step = { waitForHangUp: true, timeoutMs: 40_000 };
const COLLEAGUE = '+17735550186';
const NOBODY = '+17735550187';

interface Wish {
  name: string;
  number: number;
  fallback: Fallback;
  steps: Step[];
}

const apology: Wish = { name: 'Tern Thermal', number: 75, fallback: { kind: 'apology' }, steps: [] };
const voicemail: Wish = { name: 'Gull Thermal', number: 76, fallback: { kind: 'voicemail' }, steps: [leavesWord] };
const person: Wish = {
  name: 'Skua Thermal',
  number: 85,
  fallback: { kind: 'human', number: COLLEAGUE },
  steps: [{ say: 'Hello, this is Bruno Hollin.', after: { words: ['this is Dana'] }, timeoutMs: 40_000 }],
};
const nobody: Wish = {
  name: 'Auk Thermal',
  number: 86,
  fallback: { kind: 'human', number: NOBODY },
  steps: [leavesWord],
};
const wishes = [apology, voicemail, person, nobody];

interface Told {
  scene: Scene;
  call: OnCall;
}

function firstWords({ fallback }: Wish): string {
  if (fallback.kind === 'apology') return 'we were cut off and cannot go on right now';
  return fallback.kind === 'voicemail' ? 'after the tone' : 'connecting you';
}

/** The four fall at the same moment; each test looks at one. */
const open = new AsyncDisposableStack();
const told = new Map<Wish, Told>();
const of = (wish: Wish): Told => {
  const found = told.get(wish);
  if (!found) throw new Error(`${wish.name} was not called`);
  return found;
};

beforeAll(async () => {
  open.use(await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']));
  const { setCallee } = twilioControl(inject('failures').stack.twilio.apiUrl);
  await setCallee({
    number: COLLEAGUE,
    ringMs: 1_000,
    caller: { steps: [{ waitMs: 500 }, { say: 'Good morning, this is Dana.' }, { waitMs: 4_000 }, { hangUp: true }] },
  });
  await setCallee({ number: NOBODY, answers: 'no-answer', ringMs: 1_000 });
  const model = `127.0.0.1:${await stage.start('own-model', 'refusing-model', {})}`;
  await startBridges('refused', ['refused-1'], { OPENAI_REALTIME_URL: `ws://${model}/v1/realtime` });
  // All are there before the first one rings: a caller who waits for the others hears nothing meanwhile.
  const opened = await Promise.all(
    wishes.map(async (wish) => {
      const { name, number, fallback } = wish;
      return { wish, scene: open.use(await openScene({ name, number, pool: 'refused', business: { fallback } })) };
    }),
  );
  await Promise.all(
    opened.map(async ({ wish, scene }) => {
      const story = [asksForTimes('Lorenzo Hollin', 'Monday'), ...wish.steps, waits];
      const call = await callIn(`+177355501${wish.number}`, scene.business.number, story);
      told.set(wish, { scene, call });
      await call.heard('I have Monday');
    }),
  );
  await makeModel({ kind: 'refuse', status: 503, count: 1_000 }, `http://${model}`);
  await makeModel({ kind: 'drop', at: 'now' }, `http://${model}`);
}, 120_000);
afterAll(() => open.disposeAsync());

test.concurrent.for(wishes)(
  'the model stays away from $name: the caller is told within five seconds, the business too',
  async (wish) => {
    const { scene, call } = of(wish);
    const aftermath = await scene.aftermath(call);
    // Four tries within 3.2 s, and a moment for each to be refused.
    expectSilenceOfAtMost(5_000, { report: untilHeard(aftermath.report, firstWords(wish)) });
    expect(aftermath.report).toMatchObject({ script: { done: true }, errors: [] });
    const degraded = eventsOfType(aftermath.events, callDegraded).map(
      ({ data }) => callDegraded.data.parse(data).reason,
    );
    expect(degraded).toEqual(['model_lost']);
    expect(eventsOfType(aftermath.events, callEnded)).toMatchObject([{ data: { reason: 'model_lost' } }]);
    expect(aftermath.bookings).toEqual([]);
  },
);

test.concurrent('an apology, and a promise to call back that the business learns of', async () => {
  const { scene, call } = of(apology);
  await call.heard('we were cut off and cannot go on right now. We will call you back');
  await call.ended();
  const learnt = async () =>
    expect(await scene.eventsOfType(callbackRequested)).toMatchObject([
      { subject: call.callSid, data: { from: call.from, reason: 'cut_off' } },
    ]);
  await vi.waitFor(learnt, { timeout: 10_000, interval: 250 });
});

test.concurrent('a person is rung, and speaks with the caller', async () => {
  const { call } = of(person);
  await call.heard('connecting you with somebody who can help');
  expect((await call.ended()).dials).toMatchObject([
    { number: COLLEAGUE, status: 'completed', heard: [{ text: 'Hello, this is Bruno Hollin.' }] },
  ]);
});

test.concurrent.for([
  [voicemail, []],
  [nobody, [{ number: NOBODY, status: 'no-answer' }]],
] as const)('a message is taken where the business wants that, or where nobody picks up', async ([wish, dials]) => {
  const { scene, call } = of(wish);
  await call.heard('leave a message after the tone');
  expect(await call.ended()).toMatchObject({ dials, recordings: [{ text: MESSAGE }] });
  const learnt = async () =>
    expect(await scene.eventsOfType(voicemailReceived)).toMatchObject([
      { subject: call.callSid, data: { from: call.from } },
    ]);
  await vi.waitFor(learnt, { timeout: 10_000, interval: 250 });
});
