// Pins: a conversation that stops, or a caller left without a word, because the messaging in the middle is away, alone
// or together with everything else behind the gateway, or accepts connections and answers nothing, which hangs everybody
// who asks it; and a message that is lost with it.
import { callEnded, callRejected } from '@frontdesk/contracts/events/call';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callIn, type OnCall } from './scene/call.ts';
import { eventsOfType, expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene, type Scene, startBridges } from './scene/scene.ts';
import { heardText, timesHeard, untilHeard } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const PROMPT = 'leave a message after the tone';
const leavesWord = (message: string) => [
  { say: message, after: { words: [PROMPT] } },
  { waitForHangUp: true as const, timeoutMs: 20_000 },
];

const PRICE = 'How much does a furnace tune up cost?';

/** Two outages, and those who are in the middle of them. */
const open = new AsyncDisposableStack();
let godwit: Scene;
/** Talks while NATS is frozen. */
let waiting: OnCall;
/** Rings while NATS is frozen. */
let turnedAway: OnCall;
let swift: Scene;
let dunlin: Scene;
/** The bridge is there, NATS was killed. */
let talking: OnCall;
/** Not even the bridge is there. */
let cutOff: OnCall;
/** Rings in the outage. */
let calling: OnCall;

beforeAll(async () => {
  await openInPeace();
  open.use(await stage.hold(['gateway', 'booking', 'business-profile'], ['nats', 'postgres']));
  await freeze();
  // On its last words: those who come now are in the middle of theirs when it has gone.
  await waiting.heard('129 dollars');
  await kill();
}, 280_000);
afterAll(() => open.disposeAsync());

async function openInPeace(): Promise<void> {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  const business = { fallback: { kind: 'voicemail' } as const };
  [godwit, swift, dunlin] = await Promise.all([
    openScene({ name: 'Godwit Gas', number: 81 }),
    openScene({ name: 'Swift Furnace', number: 65 }),
    openScene({ name: 'Dunlin Stoves', number: 80, pool: 'gateway-alone', business }),
    startBridges('gateway-alone', ['alone-1']),
  ]);
  for (const scene of [godwit, swift, dunlin]) open.use(scene);
}

async function freeze(): Promise<void> {
  const { number } = godwit.business;
  waiting = await callIn('+17735550193', number, [
    { say: PRICE, after: { words: ['how can I help you'] } },
    { say: `Please try again. ${PRICE}`, after: { words: ['call you back'] } },
    { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  await waiting.heard('how can I help you');
  await stage.freezeNats();
  try {
    turnedAway = await callIn('+17735550194', number, [{ waitForHangUp: true, timeoutMs: 20_000 }]);
    await Promise.all([
      waiting.heard("can't look that up right now", 10_000),
      turnedAway.heard('leave a message after the tone', 10_000),
    ]);
  } finally {
    await stage.thawNats();
  }
}

async function kill(): Promise<void> {
  cutOff = await callIn('+17735550191', dunlin.business.number, [
    asksForTimes('Rosalind Corvane', 'Monday'),
    ...leavesWord('The second one please.'),
  ]);
  talking = await callIn('+17735550167', swift.business.number, [
    { say: 'Hello, my name is Amara Ivesdale.', after: 'silence' },
    { say: PRICE, after: { words: ['how can I help you'] } },
    { say: 'Please book a furnace tune up next week on Wednesday.', after: { words: ['call you back'] } },
    picks(OFFER, 'first'),
    ...leaves,
  ]);
  await waiting.heard('thank you for calling');
  await Promise.all([cutOff.heard('I have Monday'), talking.heard('Thanks, Amara Ivesdale')]);
  await Promise.all([stage.killNats(), stage.freezePostgres(), stage.signal('alone-1', 'SIGKILL')]);
  try {
    calling = await callIn('+17735550168', swift.business.number, leavesWord('My furnace is out.'));
    await talking.heard("can't look that up right now", 10_000);
    await Promise.all([cutOff.heard(PROMPT, 10_000), calling.heard(PROMPT, 10_000)]);
  } finally {
    await Promise.all([stage.startNats(), stage.thawPostgres()]);
  }
}

test.concurrent('NATS frozen in a call: nobody waits for it, new callers leave a message, and it goes on where it stopped', async () => {
  const refused = await turnedAway.ended();
  expect(refused).toMatchObject({ errors: [], twiml: [{ status: 200 }] });
  expect(refused.timings.webhookToTwimlMs).toBeLessThan(5_000);

  const aftermath = await godwit.aftermath(waiting);
  expectSilenceOfAtMost(3_000, aftermath);
  expect(timesHeard(aftermath.report, '129 dollars')).toBe(1);
  expect(aftermath.report.streams).toHaveLength(1);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked.map(({ outcome }) => outcome === 'ok')).toEqual([false, true]);
  expectOneConversation(aftermath);
  expect(eventsOfType(aftermath.events, callEnded)[0]?.data).toMatchObject({ reason: 'goodbye' });
});

test.concurrent('NATS killed in a call: the sound goes on, tools fail at once, and nothing is lost', async () => {
  const aftermath = await swift.aftermath(talking);
  expect(heardText(aftermath.report)).toContain("can't look that up right now");
  expectSilenceOfAtMost(3_000, aftermath);
  expect(aftermath.report.streams).toHaveLength(1);
  expectOneBooking(aftermath, 'Amara Ivesdale');
  expectOneConversation(aftermath);
  expect(eventsOfType(aftermath.events, callEnded)[0]?.data).toMatchObject({ reason: 'goodbye' });
});

test.concurrent('a gateway alone, without NATS, PostgreSQL and bridges: it takes messages, and the business gets them', async () => {
  const [kept, taken] = await Promise.all([cutOff.ended(), calling.ended()]);
  for (const report of [kept, taken]) expect(report).toMatchObject({ script: { done: true }, errors: [] });
  expect(taken.twiml[0]).toMatchObject({ status: 200 });
  expectSilenceOfAtMost(3_000, { report: untilHeard(kept, PROMPT) });
  expect(kept.recordings).toMatchObject([{ text: 'The second one please.' }]);
  expect(taken.recordings).toMatchObject([{ text: 'My furnace is out.' }]);
  const told = async () => {
    expect(await dunlin.eventsOfType(voicemailReceived)).toMatchObject([{ subject: cutOff.callSid }]);
    expect(await swift.eventsOfType(voicemailReceived)).toMatchObject([{ subject: calling.callSid }]);
    expect(await swift.eventsOfType(callRejected)).toMatchObject([{ data: { reason: 'nats_down' } }]);
  };
  await vi.waitFor(told, { timeout: 30_000, interval: 250 });
});
