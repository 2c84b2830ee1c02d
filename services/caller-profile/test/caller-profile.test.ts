// Pins: history told to whoever claims a number, a name lost or overwritten by repeats, reordering or strangers, and one
// business recognising another's callers. Everything is in one file because all instances share one durable consumer.
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import { callSummarized } from '@frontdesk/contracts/events/call';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createLogger } from '@frontdesk/observability';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { createTestDatabase, type TestDatabase } from '@frontdesk/persistence/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { migrations, startService } from '../src/service.ts';

interface Tables {
  outbox: { business_id: string; event: { type: string; data: unknown; sequence: string }; published_at: unknown };
  consumed_events: { business_id: string; event_id: string };
  audit: { business_id: string; actor_kind: string; actor_id: string; table_name: string; id: number };
}

const running = new AsyncDisposableStack();
let database: TestDatabase;
let db: Database<Tables>;
let bridge: Messaging;
let transcript: Messaging;

function replica(instance: string) {
  const { url, credsDir } = testNats();
  return startService(
    readConfig({
      SERVICE_INSTANCE: instance,
      LOG_LEVEL: 'silent',
      NATS_URL: url,
      NATS_CREDS: join(credsDir, 'caller-profile.creds'),
      DATABASE_URL: database.url,
      DATABASE_SYSTEM_URL: database.systemUrl,
    }),
  );
}

beforeAll(async () => {
  database = running.use(await createTestDatabase({ service: 'caller_profile', migrations }));
  const log = createLogger({ service: 'test', instanceId: 'test', level: 'silent' });
  db = running.use(createDatabase<Tables>({ ...database, schema: 'caller_profile', log }));
  running.use(await replica('caller-profile-1'));
  running.use(await replica('caller-profile-2'));
  bridge = running.use(await connectForTest('media-bridge'));
  transcript = running.use(await connectForTest('transcript'));
});
afterAll(() => running.disposeAsync());

const newBusiness = () => `b-${randomBytes(6).toString('hex')}`;
const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;
const phone = '+13125550142';

interface Told {
  callSid?: string;
  at?: string;
  from?: string | null;
  callerName?: string | null;
  summary?: string;
  eventId?: string;
  preferences?: string[];
}

/** A summary as the transcript service publishes it. */
async function tell(business: string, told: Told): Promise<string> {
  const { callSid = newCallSid(), at = '2026-11-20T15:00:00Z', from = phone, callerName = null } = told;
  const id = told.eventId ?? `${callSid}:summarized`;
  await transcript.publishEvent(callSummarized, {
    id,
    businessId: business,
    subject: callSid,
    sequence: 1,
    time: Temporal.Now.instant(),
    data: {
      callSid,
      from,
      startedAt: at,
      callerName,
      summary: told.summary ?? 'Asked about the furnace.',
      outcome: 'question_answered',
      intent: 'repair',
      sentiment: 'neutral',
      topics: [],
      followUps: [],
      preferences: told.preferences,
      model: 'a-model',
    },
  });
  return id;
}

type Proof = Pick<z.input<typeof saveCallerName.request>, 'attestation' | 'trust'>;
const proved: Proof = { attestation: 'A', trust: 'attested' };

function saveName(business: string, name: string, idempotencyKey: string = randomUUID(), proof: Proof = proved) {
  const request = { phone, name, callSid: newCallSid(), ...proof };
  return bridge.request(saveCallerName, business, request, { idempotencyKey });
}

function recognise(business: string, from = phone) {
  return bridge.request(recogniseCaller, business, { phone: from, attestation: 'A', trust: 'open' });
}

async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(check, { timeout: 10_000, interval: 25 });
}

async function isTakenIn(business: string, eventId: string): Promise<void> {
  await eventually(async () => {
    const rows = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
      tx.selectFrom('consumed_events').where('business_id', '=', business).select('event_id').execute(),
    );
    expect(rows.map(({ event_id }) => event_id)).toContain(eventId);
  });
}

async function publishedEvents(business: string) {
  const rows = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
    tx.selectFrom('outbox').where('business_id', '=', business).select(['event', 'published_at']).execute(),
  );
  return rows
    .filter(({ published_at }) => published_at !== null)
    .map(({ event }) => event)
    .sort((a, b) => a.sequence.localeCompare(b.sequence));
}

describe('recognition', () => {
  it('does not know a number that never called', async () => {
    expect(await recognise(newBusiness())).toEqual({ recall: 'unknown' });
  });

  it('recalls what was agreed, newest first and at most five calls', async () => {
    const business = newBusiness();
    for (const day of [3, 1, 6, 2, 5, 4]) {
      const id = await tell(business, {
        at: `2026-11-0${day}T15:00:00Z`,
        summary: `Day ${day}.`,
        callerName: 'Maria Lopez',
      });
      await isTakenIn(business, id);
    }
    expect(await recognise(business)).toMatchObject({
      recall: 'full',
      name: 'Maria Lopez',
      firstName: 'Maria',
      pastCalls: [6, 5, 4, 3, 2].map((day) => ({ summary: `Day ${day}.` })),
    });
  });

  it('gives an unverified number no more than the first name', async () => {
    const business = newBusiness();
    await saveName(business, 'Maria Lopez');
    await isTakenIn(business, await tell(business, { summary: 'A secret.' }));
    for (const [trust, attestation] of [
      ['attested', 'B'],
      ['attested', 'none'],
      ['code', 'A'],
    ] as const) {
      const answer = await bridge.request(recogniseCaller, business, { phone, trust, attestation });
      expect(answer).toMatchObject({ recall: 'first_name', firstName: 'Maria' });
      expect(JSON.stringify(answer)).not.toMatch(/Lopez|secret/);
    }
    const attested = await bridge.request(recogniseCaller, business, { phone, trust: 'attested', attestation: 'A' });
    expect(attested).toMatchObject({ recall: 'full', pastCalls: [{ summary: 'A secret.' }] });
  });

  it('is each business’s own', async () => {
    const [one, other] = [newBusiness(), newBusiness()];
    const { callerId } = await saveName(one, 'Maria Lopez');
    expect(await recognise(other)).toEqual({ recall: 'unknown' });
    expect((await saveName(other, 'Somebody Else')).callerId).not.toBe(callerId);
    expect(await recognise(one)).toMatchObject({ name: 'Maria Lopez' });
  });
});

describe('saving a name', () => {
  it('creates the caller, tells the business, and keeps who did it', async () => {
    const business = newBusiness();
    const { callerId } = await saveName(business, '  Maria\n Lopez ', 'call-1:tool-1');
    expect(await recognise(business)).toMatchObject({ callerId, name: 'Maria Lopez', pastCalls: [] });
    await eventually(async () =>
      expect(await publishedEvents(business)).toMatchObject([
        { type: 'frontdesk.caller.created.v1', data: { callerId, phone, name: 'Maria Lopez' } },
      ]),
    );
    const audit = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
      tx.selectFrom('audit').where('business_id', '=', business).selectAll().execute(),
    );
    expect(audit).toMatchObject([{ actor_kind: 'tool', actor_id: 'call-1:tool-1', table_name: 'callers' }]);
  });

  it('keeps the latest name said', async () => {
    const business = newBusiness();
    await saveName(business, 'Mario Lopez');
    const { callerId } = await saveName(business, 'Maria Lopez');
    await saveName(business, 'Maria Lopez');
    expect(await recognise(business)).toMatchObject({ callerId, name: 'Maria Lopez' });
    await eventually(async () => expect(await publishedEvents(business)).toHaveLength(2));
    expect((await publishedEvents(business)).map(({ type }) => type)).toEqual([
      'frontdesk.caller.created.v1',
      'frontdesk.caller.updated.v1',
    ]);
  });

  it.each<[string, Proof]>([
    ['attestation B', { attestation: 'B', trust: 'attested' }],
    ['no attestation', { attestation: 'none', trust: 'attested' }],
    ['a code that was not asked for', { attestation: 'A', trust: 'code' }],
    ['an asker that says nothing of it', {}],
  ])('with %s fills in a missing name, and leaves one that is there', async (_what, proof) => {
    const business = newBusiness();
    expect(await saveName(business, 'Mario', randomUUID(), proof)).toMatchObject({ saved: true });
    expect(await recognise(business)).toMatchObject({ name: 'Mario' });
    expect(await saveName(business, 'Maria')).toMatchObject({ saved: true });
    expect(await saveName(business, 'Mallory', randomUUID(), proof)).toMatchObject({ saved: false });
    expect(await recognise(business)).toMatchObject({ name: 'Maria' });
    const open = { attestation: 'none', trust: 'open' } as const;
    expect(await saveName(business, 'Mary', randomUUID(), open)).toMatchObject({ saved: true });
    expect(await recognise(business)).toMatchObject({ name: 'Mary' });
  });

  it('does a repeated request once, also after another name was said', async () => {
    const business = newBusiness();
    const key = randomUUID();
    const request = { phone, name: 'Mario', callSid: newCallSid(), ...proved };
    const first = await bridge.request(saveCallerName, business, request, { idempotencyKey: key });
    await saveName(business, 'Maria');
    expect(await bridge.request(saveCallerName, business, request, { idempotencyKey: key })).toEqual(first);
    expect(await recognise(business)).toMatchObject({ name: 'Maria' });
  });

  it('makes one caller of ten requests at once', async () => {
    const business = newBusiness();
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => saveName(business, `Name ${'x'.repeat(index)}`)),
    );
    expect(new Set(replies.map(({ callerId }) => callerId)).size).toBe(1);
  });

  it('refuses what is no name, and a request without an idempotency key', async () => {
    const business = newBusiness();
    await expect(saveName(business, '555 0142')).rejects.toMatchObject({ code: 'invalid' });
    await expect(
      bridge.request(saveCallerName, business, { phone, name: 'Maria', callSid: newCallSid() }),
    ).rejects.toMatchObject({ code: 'invalid' });
    expect(await recognise(business)).toEqual({ recall: 'unknown' });
  });
});

describe('the summary of a call', () => {
  it('makes a caller of an unknown number, once', async () => {
    const business = newBusiness();
    const callSid = newCallSid();
    await isTakenIn(business, await tell(business, { callSid, callerName: 'Maria Lopez' }));
    // JetStream drops a repeated id; a repeat under another id still finds the call remembered.
    await isTakenIn(business, await tell(business, { callSid, callerName: 'Maria Lopez', eventId: 'again' }));
    expect(await recognise(business)).toMatchObject({ name: 'Maria Lopez', pastCalls: [{}] });
    await eventually(async () => expect(await publishedEvents(business)).toHaveLength(1));
  });

  it('fills in a missing name and never replaces one, however late it comes', async () => {
    const business = newBusiness();
    await isTakenIn(business, await tell(business, {}));
    expect(await recognise(business)).toMatchObject({ name: null, firstName: null });
    await isTakenIn(business, await tell(business, { callerName: 'Mary' }));
    expect(await recognise(business)).toMatchObject({ name: 'Mary' });
    await saveName(business, 'Maria');
    await isTakenIn(business, await tell(business, { callerName: 'Mary Lou' }));
    expect(await recognise(business)).toMatchObject({ name: 'Maria' });
    await eventually(async () => expect(await publishedEvents(business)).toHaveLength(3));
  });

  it('adds to what the caller prefers: the latest call last, repeats once, whatever order they arrive in', async () => {
    const business = newBusiness();
    const calls: [day: number, preferences: string[]][] = [
      [3, ['Mornings', 'Dana']],
      [1, ['text messages', 'mornings\n']],
      [2, []],
    ];
    for (const [day, preferences] of calls) {
      await isTakenIn(business, await tell(business, { at: `2026-11-0${day}T15:00:00Z`, preferences }));
    }
    await isTakenIn(business, await tell(business, { at: '2026-11-04T15:00:00Z' }));
    expect(await recognise(business)).toMatchObject({ preferences: ['text messages', 'Mornings', 'Dana'] });
    const claimed = { phone, trust: 'attested', attestation: 'C' } as const;
    expect(JSON.stringify(await bridge.request(recogniseCaller, business, claimed))).not.toContain('Dana');
  });

  it('is remembered for nobody when the number was withheld', async () => {
    const business = newBusiness();
    await tell(business, { from: null, callerName: 'Maria' });
    await isTakenIn(business, await tell(business, { from: '+13125550199' }));
    expect(await recognise(business)).toEqual({ recall: 'unknown' });
    expect(await recognise(business, '+13125550199')).toMatchObject({ pastCalls: [{}] });
  });
});
