// Pins: a message that is lost, or followed up twice, because who keeps such things was away when it was taken.
import { messageTaken } from '@frontdesk/contracts/events/message';
import { taskCreated } from '@frontdesk/contracts/events/task';
import { listTasksHttp } from '@frontdesk/contracts/http/tasks';
import { expect, inject, test, vi } from 'vitest';
import './provided.ts';
import { callIn } from './scene/call.ts';
import { expectOneConversation } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const CALLER = '+17735550199';
const AWAY = ['booking-1', 'caller-profile-1'];

test('booking and caller-profile away: a message is taken, and the team has one task once they are back', async () => {
  await using scene = await openedInPeace();
  // Whoever leans on a database leans on callers' names, too.
  await using _ = await stage.hold(['gateway', 'nats'], ['booking', 'postgres', 'business-profile']);
  for (const name of AWAY) await stage.signal(name, 'SIGKILL');
  let call: Awaited<ReturnType<typeof callIn>>;
  try {
    call = await callIn(CALLER, scene.business.number, [
      asksForTimes('Celeste Alderwick', 'Monday'),
      { say: 'Yes please. Have them call me in the morning.', after: { words: ['call you back'] } },
      { say: 'No, thank you. Goodbye.', after: { words: ['taken your message'] } },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ]);
    await call.ended();
    expect(await scene.eventsOfType(taskCreated)).toEqual([]);
  } finally {
    for (const name of AWAY) await stage.restart(name);
  }
  const tasks = await vi.waitFor(
    async () => {
      const found = await tasksOf(scene.business.apiKey);
      expect(found).toHaveLength(1);
      return found;
    },
    { timeout: 20_000, interval: 250 },
  );
  expect(tasks).toMatchObject([
    {
      ...{ kind: 'message', state: 'open', reason: 'calendar_unavailable', name: 'Celeste Alderwick' },
      ...{ call_sid: call.callSid, callback_number: CALLER, text: expect.stringContaining('call me in the morning') },
    },
  ]);
  const aftermath = await scene.aftermath(call);
  const heard = heardText(aftermath.report);
  expect(heard).toContain("can't reach the calendar right now");
  expect(heard).toContain('taken your message');
  expect(heard).not.toContain('booked');
  expect(aftermath.bookings).toEqual([]);
  expectOneConversation(aftermath);
  const created = await vi.waitUntil(
    async () => {
      const events = await scene.eventsOfType(taskCreated);
      return events.length > 0 ? events : undefined;
    },
    { timeout: 10_000, interval: 250 },
  );
  expect(created).toMatchObject([{ subject: tasks[0]?.task_id, data: { callSid: call.callSid } }]);
  expect(await scene.eventsOfType(messageTaken)).toHaveLength(1);
  const [stranger] = inject('failures').stack.businesses;
  expect((await tasksOf(stranger?.apiKey ?? '')).filter((task) => task.call_sid === call.callSid)).toEqual([]);
});

async function tasksOf(apiKey: string) {
  const [gatewayUrl = ''] = inject('failures').stack.gateway.urls;
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${gatewayUrl}${listTasksHttp.path}`, { headers });
  return listTasksHttp.reply.parse(await response.json()).tasks;
}

async function openedInPeace() {
  await using _ = await stage.hold(['nats', 'postgres', 'business-profile', 'booking']);
  return await openScene({ name: 'Bunting Heat', number: 89 });
}
