// Pins: what is only pretended, lost, or done twice, and silence where there should be a word, because a service behind a
// tool does not answer or is not there.
import { messageTaken } from '@frontdesk/contracts/events/message';
import { taskCreated } from '@frontdesk/contracts/events/task';
import { listTasksHttp } from '@frontdesk/contracts/http/tasks';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import './provided.ts';
import { callIn, type OnCall } from './scene/call.ts';
import { expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene, type Scene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const CALLER = '+17735550199';
const OFFERED = 'call you back';
const AWAY = ['booking-1', 'caller-profile-1', 'business-profile-1'];
const leaves = (words: string) => [
  { say: 'No, thank you. Goodbye.', after: { words: [words] } },
  { waitForHangUp: true as const, timeoutMs: 20_000 },
];

/** One outage, and four who call in it; each test looks at some of them. */
const open = new AsyncDisposableStack();
let plover: Scene;
let robin: Scene;
let bunting: Scene;
/** Asks for times while booking takes requests and answers none. */
let frozen: OnCall;
/** Asks for times when booking is not there any more. */
let gone: OnCall;
/** Asks what only business-profile knows. */
let asking: OnCall;
/** Leaves a message, while nobody is there to keep it. */
let leavingWord: OnCall;
let tasksMeanwhile = 0;

beforeAll(async () => {
  await openInPeace();
  // Whoever leans on a database leans on callers' names, too.
  open.use(await stage.hold(['gateway', 'nats'], ['booking', 'postgres', 'business-profile']));
  const asksPlover = (from: string, name: string) =>
    callIn(from, plover.business.number, [asksForTimes(name, 'Monday'), ...leaves(OFFERED)]);
  await stage.signal('booking-1', 'SIGSTOP');
  await Promise.all(AWAY.slice(1).map((name) => stage.signal(name, 'SIGKILL')));
  try {
    frozen = await asksPlover('+17735550171', 'Celeste Alderwick');
    asking = await callIn('+17735550170', robin.business.number, [
      { say: 'How much does a furnace tune up cost?', after: 'silence' },
      ...leaves(OFFERED),
    ]);
    leavingWord = await callIn(CALLER, bunting.business.number, [
      asksForTimes('Celeste Alderwick', 'Monday'),
      { say: 'Yes please. Have them call me in the morning.', after: { words: [OFFERED] } },
      ...leaves('taken your message'),
    ]);
    await asking.heard('Hi, this is Robin Climate, how can I help you', 6_000);
    await frozen.heard("can't reach the calendar");
    await stage.signal('booking-1', 'SIGKILL');
    gone = await asksPlover('+17735550172', 'Tobias Alderwick');
    await Promise.all([gone.heard(OFFERED), asking.heard(OFFERED), leavingWord.ended()]);
    tasksMeanwhile = (await bunting.eventsOfType(taskCreated)).length;
  } finally {
    await stage.signal('booking-1', 'SIGKILL');
    await Promise.all(AWAY.map((name) => stage.restart(name)));
  }
}, 280_000);
afterAll(() => open.disposeAsync());

async function openInPeace(): Promise<void> {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  [plover, robin, bunting] = await Promise.all([
    openScene({ name: 'Plover Heat', number: 68 }),
    openScene({ name: 'Robin Climate', number: 67 }),
    openScene({ name: 'Bunting Heat', number: 89 }),
  ]);
  for (const scene of [plover, robin, bunting]) open.use(scene);
}

test.concurrent('booking frozen, then gone: the calendar is out of reach, a call back is offered, and nothing is booked', async () => {
  const calls = [
    { call: frozen, outcome: 'deadline' },
    { call: gone, outcome: 'unavailable' },
  ];
  for (const { call, outcome } of calls) {
    const aftermath = await plover.aftermath(call);
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

test.concurrent('business-profile away at ring time: the call is answered as always, only its knowledge is out of reach', async () => {
  const aftermath = await robin.aftermath(asking);
  expect(aftermath.report.timings.startToFirstAudioMs).toBeLessThan(1_000);
  expect(heardText(aftermath.report)).toContain("can't look that up right now");
  expectSilenceOfAtMost(3_000, aftermath);
  const asked = aftermath.kept.tool_calls.filter(({ name }) => name === 'search_knowledge');
  expect(asked).toMatchObject([{ outcome: 'unavailable' }]);
  expectOneConversation(aftermath);
});

test.concurrent('booking and caller-profile away: a message is taken, and the team has one task once they are back', async () => {
  expect(tasksMeanwhile).toBe(0);
  const tasks = await vi.waitFor(
    async () => {
      const found = await tasksOf(bunting.business.apiKey);
      expect(found).toHaveLength(1);
      return found;
    },
    { timeout: 20_000, interval: 250 },
  );
  expect(tasks).toMatchObject([
    {
      ...{ kind: 'message', state: 'open', reason: 'calendar_unavailable', name: 'Celeste Alderwick' },
      call_sid: leavingWord.callSid,
      ...{ callback_number: CALLER, text: expect.stringContaining('call me in the morning') },
    },
  ]);
  const aftermath = await bunting.aftermath(leavingWord);
  const heard = heardText(aftermath.report);
  expect(heard).toContain("can't reach the calendar right now");
  expect(heard).toContain('taken your message');
  expect(heard).not.toContain('booked');
  expect(aftermath.bookings).toEqual([]);
  expectOneConversation(aftermath);
  const created = async () =>
    expect(await bunting.eventsOfType(taskCreated)).toMatchObject([
      { subject: tasks[0]?.task_id, data: { callSid: leavingWord.callSid } },
    ]);
  await vi.waitFor(created, { timeout: 10_000, interval: 250 });
  expect(await bunting.eventsOfType(messageTaken)).toHaveLength(1);
  const [stranger] = inject('failures').stack.businesses;
  expect((await tasksOf(stranger?.apiKey ?? '')).filter((task) => task.call_sid === leavingWord.callSid)).toEqual([]);
});

async function tasksOf(apiKey: string) {
  const [gatewayUrl = ''] = inject('failures').stack.gateway.urls;
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${gatewayUrl}${listTasksHttp.path}`, { headers });
  return listTasksHttp.reply.parse(await response.json()).tasks;
}
