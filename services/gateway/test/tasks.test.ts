// Pins: follow-up tasks shown or closed for another business than the key's, or closed without saying by whom.
import { randomBytes } from 'node:crypto';
import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { completeTask } from '@frontdesk/contracts/caller-profile/complete-task';
import type { FollowUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
import { listTasks } from '@frontdesk/contracts/caller-profile/list-tasks';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { connectForTest } from '@frontdesk/messaging/testing';
import { hashApiKey } from '@frontdesk/secrets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newBusinessId, newCallSid, startGateway } from './world.ts';

const newKey = () => `fd_${randomBytes(32).toString('base64url')}`;
const keys = { own: newKey(), other: newKey() };
const businesses = { own: newBusinessId(), other: newBusinessId() };
const keyId = '00000000-0000-4000-8000-000000000001';
const task: FollowUpTask = {
  taskId: '5f0c1f0e-3c55-4a0e-9a51-2f6a4a1c7d10',
  kind: 'message',
  state: 'open',
  urgency: 'normal',
  reason: 'calendar_unavailable',
  callSid: newCallSid(),
  from: '+13125550142',
  to: '+13125550100',
  number: '+13125550188',
  callerId: null,
  name: 'Alex Kim',
  text: 'Wants a tune-up on Monday.',
  recordingSid: null,
  dueAt: '2026-11-22T16:00:00Z',
  createdAt: '2026-11-21T16:00:00Z',
  doneAt: null,
};
const running = new AsyncDisposableStack();
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = running.use(await startGateway());
  const profile = running.use(await connectForTest('business-profile'));
  await profile.serve(authenticateApiKey, async ({ keyHash }) => {
    const whose = keyHash === hashApiKey(keys.own) ? 'own' : 'other';
    return { businessId: businesses[whose], keyId };
  });
  const callers = running.use(await connectForTest('caller-profile'));
  await callers.serve(listTasks, async ({ limit, state, cursor }, { businessId }) => {
    const mine = businessId === businesses.own && state !== 'done' && cursor === undefined;
    return { tasks: mine ? [task] : [], nextCursor: mine && limit === 1 ? 'more' : null };
  });
  await callers.serve(completeTask, async ({ taskId, apiKeyId }, { businessId }) => {
    if (businessId !== businesses.own || taskId !== task.taskId) throw new WireError('not_found', 'no such task');
    expect(apiKeyId).toBe(keyId);
    return { task: { ...task, state: 'done' as const, doneAt: '2026-11-21T17:00:00Z' } };
  });
});
afterAll(() => running.disposeAsync());

async function ask(path: string, key = keys.own, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/api/v1/tasks${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

test('the tasks of the key’s business, page by page', async () => {
  expect(await ask('?limit=1')).toMatchObject({
    status: 200,
    body: {
      success: true,
      tasks: [{ task_id: task.taskId, callback_number: '+13125550188', text: task.text, due_at: task.dueAt }],
      next_cursor: 'more',
    },
  });
  expect((await ask('?limit=1&cursor=more')).body).toMatchObject({ tasks: [], next_cursor: null });
  expect((await ask('?state=done')).body).toMatchObject({ tasks: [] });
  expect((await ask('', keys.other)).body).toMatchObject({ tasks: [], next_cursor: null });
});

test('a task is marked as done, by the key that was shown', async () => {
  expect(await ask(`/${task.taskId}`, keys.own, { state: 'done' })).toMatchObject({
    status: 200,
    body: { success: true, task: { state: 'done', done_at: '2026-11-21T17:00:00Z' } },
  });
  expect(await ask(`/${task.taskId}`, keys.other, { state: 'done' })).toMatchObject({ status: 404 });
});

test('what is wrong is named', async () => {
  expect((await ask('?state=lost')).status).toBe(400);
  expect((await ask('/not-an-id', keys.own, { state: 'done' })).status).toBe(400);
  expect((await ask(`/${task.taskId}`, keys.own, { state: 'open' })).status).toBe(400);
});
