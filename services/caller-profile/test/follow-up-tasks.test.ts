// Pins: a message nobody follows up, one that becomes two tasks when its event comes again, one that is lost because the
// database was away, and one business reading another's.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { completeTask } from '@frontdesk/contracts/caller-profile/complete-task';
import { listTasks } from '@frontdesk/contracts/caller-profile/list-tasks';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import { eventSubject, toCloudEvent } from '@frontdesk/contracts/event';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { messageTaken } from '@frontdesk/contracts/events/message';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createLogger } from '@frontdesk/observability';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { createTestDatabase, type TestDatabase } from '@frontdesk/persistence/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { migrations, startService } from '../src/service.ts';

interface Tables {
  outbox: { business_id: string; event: { type: string; data: unknown }; published_at: unknown };
  audit: { business_id: string; actor_kind: string; actor_id: string; table_name: string; operation: string };
}

const running = new AsyncDisposableStack();
const apiKeyId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
const from = '+13125550142';
const to = '+13125550100';
const at = '2026-11-21T16:00:00Z';
let database: TestDatabase;
let db: Database<Tables>;
let gateway: Messaging;
let bridge: Messaging;

beforeAll(async () => {
  database = running.use(await createTestDatabase({ service: 'caller_profile', migrations }));
  const log = createLogger({ service: 'test', instanceId: 'test', level: 'silent' });
  db = running.use(createDatabase<Tables>({ ...database, schema: 'caller_profile', log }));
  const { url, credsDir } = testNats();
  for (const instance of ['caller-profile-1', 'caller-profile-2']) {
    const config = readConfig({
      SERVICE_INSTANCE: instance,
      LOG_LEVEL: 'silent',
      NATS_URL: url,
      NATS_CREDS: join(credsDir, 'caller-profile.creds'),
      DATABASE_URL: database.url,
      DATABASE_SYSTEM_URL: database.systemUrl,
    });
    running.use(await startService(config));
  }
  gateway = running.use(await connectForTest('gateway'));
  bridge = running.use(await connectForTest('media-bridge'));
});
afterAll(() => running.disposeAsync());

const newBusiness = () => `b-${randomBytes(6).toString('hex')}`;
const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;

function messageEvent(businessId: string, changes: Partial<z.input<typeof messageTaken.data>> = {}) {
  const callSid = newCallSid();
  const note = {
    name: 'Alex Kim',
    number: '+13125550188',
    text: 'No heat.',
    urgency: 'urgent',
    reason: 'asked',
  } as const;
  return {
    id: `${callSid}:message:call_1`,
    businessId,
    subject: callSid,
    sequence: 1,
    time: Temporal.Instant.from(at),
    data: { callSid, from, to, seq: 3, ...note, at, ...changes },
  };
}

const tasksOf = (businessId: string, request: z.input<typeof listTasks.request> = {}) =>
  gateway.request(listTasks, businessId, request);

function tasksWhenThere(businessId: string, count: number) {
  return vi.waitFor(
    async () => {
      const { tasks } = await tasksOf(businessId);
      expect(tasks).toHaveLength(count);
      return tasks;
    },
    { timeout: 10_000, interval: 25 },
  );
}

/** What is written while any other transaction of the server is open, a neighbouring test's for one, is published after it. */
function publishedWhenThere(business: string, types: string[]) {
  return vi.waitFor(async () => expect(await publishedTypes(business)).toEqual(types), {
    timeout: 10_000,
    interval: 25,
  });
}

async function publishedTypes(business: string): Promise<string[]> {
  const rows = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
    tx.selectFrom('outbox').where('business_id', '=', business).select(['event', 'published_at']).execute(),
  );
  return rows
    .filter(({ published_at }) => published_at !== null)
    .map(({ event }) => event.type)
    .sort();
}

it('a message, a request to be called back and a voicemail each become one task, and one event', async () => {
  const business = newBusiness();
  const callSid = newCallSid();
  const call = { businessId: business, subject: callSid, sequence: 0, time: Temporal.Instant.from(at) };
  await bridge.publishEvent(messageTaken, messageEvent(business));
  await gateway.publishEvent(callbackRequested, {
    ...call,
    id: `${callSid}:callback`,
    data: { callSid, from, to, reason: 'on_hold', at },
  });
  const recordingSid = `RE${'0'.repeat(32)}`;
  const recording = { recordingSid, recordingUrl: 'https://example.com/r', durationSeconds: 4 };
  await gateway.publishEvent(voicemailReceived, {
    ...call,
    id: `${callSid}:voicemail:${recordingSid}`,
    data: { callSid, from: null, to, ...recording, at },
  });
  const tasks = await tasksWhenThere(business, 3);
  const byKind = Object.fromEntries(tasks.map((task) => [task.kind, task]));
  expect(byKind.message).toMatchObject({
    ...{ state: 'open', from, to, number: '+13125550188', name: 'Alex Kim', text: 'No heat.', urgency: 'urgent' },
    ...{ reason: 'asked', dueAt: '2026-11-21T17:00:00Z', callerId: null, doneAt: null },
  });
  expect(byKind.callback).toMatchObject({ callSid, number: from, reason: 'on_hold', text: null });
  expect(byKind.voicemail).toMatchObject({ callSid, number: null, recordingSid, reason: null });
  await publishedWhenThere(business, Array(3).fill('frontdesk.task.created.v1'));
  const audit = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
    tx.selectFrom('audit').where('business_id', '=', business).selectAll().execute(),
  );
  expect(audit.map((row) => `${row.table_name} ${row.actor_kind} ${row.actor_id}`).sort()).toEqual([
    'follow_up_tasks service gateway',
    'follow_up_tasks service gateway',
    'follow_up_tasks service media-bridge',
  ]);
});

it('an event that comes again makes no second task, also when the stream no longer knows it', async () => {
  const business = newBusiness();
  const event = messageEvent(business);
  await bridge.publishEvent(messageTaken, event);
  await bridge.publishEvent(messageTaken, event);
  const envelope = toCloudEvent(messageTaken, 'media-bridge', event);
  await bridge.publishStored(envelope, eventSubject(messageTaken, business), `${event.id}:forgotten`);
  await bridge.publishEvent(messageTaken, messageEvent(business, { text: 'Another one.' }));
  const tasks = await tasksWhenThere(business, 2);
  expect(tasks.map(({ text }) => text)).toEqual(['Another one.', 'No heat.']);
});

it('the caller of a task is whoever is known by the number, also when they are met later', async () => {
  const business = newBusiness();
  await bridge.publishEvent(messageTaken, messageEvent(business, { name: null }));
  expect(await tasksWhenThere(business, 1)).toMatchObject([{ callerId: null, name: null }]);
  const name = { phone: from, name: 'Alex Kim', callSid: newCallSid(), attestation: 'A' as const };
  const { callerId } = await bridge.request(saveCallerName, business, name, { idempotencyKey: newCallSid() });
  expect(await tasksWhenThere(business, 1)).toMatchObject([{ callerId, name: 'Alex Kim' }]);
});

it('pages through them, newest first, by state', async () => {
  const business = newBusiness();
  for (const text of ['one', 'two', 'three']) {
    await bridge.publishEvent(messageTaken, messageEvent(business, { text }));
    await vi.waitFor(async () => expect((await tasksOf(business)).tasks[0]?.text).toBe(text), { timeout: 10_000 });
  }
  const first = await tasksOf(business, { limit: 2 });
  expect(first.tasks.map(({ text }) => text)).toEqual(['three', 'two']);
  const second = await tasksOf(business, { limit: 2, cursor: first.nextCursor ?? '' });
  expect(second).toMatchObject({ tasks: [{ text: 'one' }], nextCursor: null });
  const taskId = first.tasks[0]?.taskId ?? '';
  await gateway.request(completeTask, business, { taskId, apiKeyId });
  expect((await tasksOf(business, { state: 'open' })).tasks.map(({ text }) => text)).toEqual(['two', 'one']);
  expect((await tasksOf(business, { state: 'done' })).tasks.map(({ text }) => text)).toEqual(['three']);
  await expect(tasksOf(business, { cursor: 'made-up' })).rejects.toMatchObject({ code: 'invalid' });
});

it('is done once, by whoever said so, and the business learns of it', async () => {
  const business = newBusiness();
  await bridge.publishEvent(messageTaken, messageEvent(business));
  const [task] = await tasksWhenThere(business, 1);
  const request = { taskId: task?.taskId ?? '', apiKeyId };
  const first = await gateway.request(completeTask, business, request);
  expect(first.task).toMatchObject({ state: 'done', taskId: request.taskId });
  expect(await gateway.request(completeTask, business, request)).toEqual(first);
  await publishedWhenThere(business, ['frontdesk.task.created.v1', 'frontdesk.task.done.v1']);
  const audit = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
    tx.selectFrom('audit').where('business_id', '=', business).where('operation', '=', 'update').selectAll().execute(),
  );
  expect(audit).toMatchObject([{ actor_kind: 'api_key', actor_id: apiKeyId }]);
});

it('is each business’s own', async () => {
  const [one, other] = [newBusiness(), newBusiness()];
  await bridge.publishEvent(messageTaken, messageEvent(one));
  const [task] = await tasksWhenThere(one, 1);
  expect(await tasksOf(other)).toEqual({ tasks: [], nextCursor: null });
  const stranger = gateway.request(completeTask, other, { taskId: task?.taskId ?? '', apiKeyId });
  await expect(stranger).rejects.toMatchObject({ code: 'not_found' });
  expect(await tasksWhenThere(one, 1)).toMatchObject([{ state: 'open' }]);
});
