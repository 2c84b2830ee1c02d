// Pins: entries lost or doubled by repeats and reordering, a summary made twice, too early or never, and one business
// reading another's calls. Everything is in one file because all instances of the service share one durable consumer.
import { randomUUID } from 'node:crypto';
import { callSummarized } from '@frontdesk/contracts/events/call';
import { entryPlace } from '@frontdesk/contracts/events/call-event-id';
import { callEntryKey, calls as liveCalls } from '@frontdesk/contracts/kv/calls';
import { callStats } from '@frontdesk/contracts/transcript/call-stats';
import type { CallDetails } from '@frontdesk/contracts/transcript/call-view';
import { getCall } from '@frontdesk/contracts/transcript/get-call';
import { listCalls } from '@frontdesk/contracts/transcript/list-calls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { aCall, newBusiness, newCallSid, publish } from './a-call.ts';
import { type Harness, POLL_MS, startHarness } from './harness.ts';
import { entryOf, headOf, leaveRecord, storedCounts } from './left-record.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());
afterEach(() => {
  expect(harness.model.complaints).toEqual([]);
  harness.model.behave('answers');
  harness.model.beforeAnswer = undefined;
});

const isSummarised = (call: CallDetails) => expect(call.summary).not.toBeNull();

describe('keeping a call', () => {
  const business = newBusiness();

  it('gives the same call whatever the order and however often events come', async () => {
    const call = aCall();
    const story = [
      call.started(),
      call.turn(0, 'receptionist', 'Hi, this is Northside Heating'),
      call.turn(1, 'caller', 'Do you repair boilers?'),
      call.tool(2, 'search_knowledge'),
      call.turn(3, 'receptionist', 'We do.'),
      call.ended(4),
    ];
    await harness.say(business, ...story.toReversed());
    // JetStream drops repeats of an id; under another id they reach the service.
    await harness.say(business, ...story.map((event) => ({ ...event, id: `${event.id}:again` })));
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, isSummarised);
    await harness.eventually(business, call.callSid, (details) => {
      expect(details.turns.map(({ seq, text }) => [seq, text])).toEqual([
        [0, 'Hi, this is Northside Heating'],
        [1, 'Do you repair boilers?'],
        [3, 'We do.'],
      ]);
      expect(details.toolCalls).toMatchObject([{ seq: 2, name: 'search_knowledge', outcome: 'ok', durationMs: 12 }]);
      expect(details).toMatchObject({
        direction: 'inbound',
        from: '+13125550142',
        status: 'completed',
        endReason: 'goodbye',
        startedAt: '2026-11-20T15:00:00Z',
        durationSeconds: 60,
      });
    });
  });

  it('does not know a call of which only a turn has arrived', async () => {
    const call = aCall();
    await harness.say(business, call.turn(0, 'caller', 'Hello'));
    await vi.waitFor(async () => expect(await harness.stored(call.callSid)).toBeDefined(), { timeout: 10_000 });
    await expect(harness.gateway.request(getCall, business, { callSid: call.callSid })).rejects.toMatchObject({
      code: 'not_found',
    });
    await harness.say(business, call.started());
    await harness.eventually(business, call.callSid, ({ status, turns }) => {
      expect([status, turns.length]).toEqual(['in_progress', 1]);
    });
  });

  it('keeps a rejected call, which needs no summary', async () => {
    const call = aCall({ from: null });
    await publish(harness.gateway, business, call.rejected(), call.completed('failed'));
    await harness.eventually(business, call.callSid, ({ status, from, endedAt, summary }) => {
      expect([status, from, summary]).toEqual(['rejected', null, null]);
      expect(endedAt).not.toBeNull();
    });
  });

  it('keeps text that PostgreSQL cannot', async () => {
    const call = aCall();
    await harness.say(business, call.started(), call.turn(0, 'caller', 'nul\u0000 and 🦊'));
    await harness.eventually(business, call.callSid, ({ turns }) => expect(turns[0]?.text).toBe('nul and 🦊'));
  });
});

describe('the summary', () => {
  const business = newBusiness();

  it('waits for a last turn that arrives after the end of the call', async () => {
    const call = aCall();
    const word = randomUUID();
    await harness.say(
      business,
      call.started(),
      call.turn(0, 'receptionist', 'Hi'),
      call.turn(1, 'caller', `first ${word}`),
    );
    await harness.say(business, call.ended(3));
    await harness.eventually(business, call.callSid, ({ status }) => expect(status).toBe('completed'));
    // The service looks for due summaries several times meanwhile, and leaves this one alone.
    await new Promise((resolve) => setTimeout(resolve, 3 * POLL_MS));
    expect(harness.promptsAbout(word)).toEqual([]);
    await harness.say(business, call.turn(2, 'caller', 'I am Maria Lopez'));
    await harness.eventually(business, call.callSid, ({ summary }) => {
      expect(summary?.summary).toBe(`The caller said: first ${word} / I am Maria Lopez`);
      expect(summary?.callerName).toBe('Maria Lopez');
    });
    expect(harness.promptsAbout(word)).toHaveLength(1);
  });

  it('is made without a turn that never comes, which is still kept when it does', async () => {
    const call = aCall();
    const word = randomUUID();
    await harness.say(business, call.started(), call.turn(0, 'caller', word), call.ended(2));
    await harness.eventually(business, call.callSid, isSummarised);
    await harness.say(business, call.turn(1, 'caller', 'too late'));
    await harness.eventually(business, call.callSid, ({ turns }) => expect(turns).toHaveLength(2));
    expect(harness.promptsAbout(word)).toHaveLength(1);
    // Whoever runs this is told, and of each entry once.
    const late = call.turn(2, 'caller', 'later still');
    await harness.say(business, { ...call.turn(1, 'caller', 'too late'), id: `${call.callSid}:again` }, late);
    const isTold = (line: string) => line.includes('entry_after_summary') && line.includes(call.callSid);
    const told = () => harness.logged().split('\n').filter(isTold);
    await vi.waitFor(() => expect(told()).toHaveLength(2), { timeout: 10_000 });
  });

  it('is made and published once although two replicas see every call', async () => {
    const own = newBusiness();
    const calls = Array.from({ length: 12 }, () => aCall());
    harness.model.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 100));
    for (const call of calls)
      await harness.say(own, call.started(), call.turn(0, 'caller', call.callSid), call.ended(1));
    for (const call of calls) await harness.eventually(own, call.callSid, isSummarised);
    for (const call of calls) expect(harness.promptsAbout(call.callSid)).toHaveLength(1);
    await vi.waitFor(async () => expect(await harness.publishedEvents(own)).toHaveLength(calls.length), {
      timeout: 10_000,
    });
  });

  it('is told to the business with what it needs to know', async () => {
    const own = newBusiness();
    const call = aCall();
    await harness.say(
      own,
      call.started(),
      call.turn(0, 'caller', 'I am Maria Lopez, I prefer mornings'),
      call.ended(1),
    );
    await vi.waitFor(async () => expect(await harness.publishedEvents(own)).toHaveLength(1), { timeout: 10_000 });
    const [event] = await harness.publishedEvents(own);
    expect(event?.type).toBe('frontdesk.call.summarized.v1');
    expect(callSummarized.data.parse(event?.data)).toMatchObject({
      callSid: call.callSid,
      from: '+13125550142',
      startedAt: '2026-11-20T15:00:00Z',
      callerName: 'Maria Lopez',
      preferences: ['mornings'],
      model: 'peer-model-2026-11-01',
    });
    // The trace of a call has the CallSid's digits as its id, so that the summary is found with the conversation.
    expect(event?.traceparent ?? '').toContain(call.callSid.slice(2));
  });

  it('needs no model when the caller said nothing', async () => {
    const call = aCall();
    await harness.say(business, call.started(), call.turn(0, 'receptionist', `Hi ${call.callSid}`));
    await harness.say(business, call.ended(1, 'caller_hung_up'));
    await harness.eventually(business, call.callSid, ({ summary }) => {
      expect(summary).toMatchObject({ outcome: 'no_outcome', callerName: null });
      expect(summary?.summary).toContain('before the caller said anything');
    });
    expect(harness.promptsAbout(call.callSid)).toEqual([]);
  });

  it.each(['is_down', 'hangs'] as const)('arrives later when the model %s for a while', async (trouble) => {
    const call = aCall();
    harness.model.behave(trouble);
    await harness.say(business, call.started(), call.turn(0, 'caller', call.callSid), call.ended(1));
    await vi.waitFor(() => expect(harness.promptsAbout(call.callSid).length).toBeGreaterThan(1), { timeout: 15_000 });
    await harness.eventually(business, call.callSid, ({ status, summary, turns }) => {
      expect([status, summary, turns.length]).toEqual(['completed', null, 1]);
    });
    harness.model.behave('answers');
    await harness.eventually(business, call.callSid, isSummarised);
  });

  it.each(['refuses', 'talks_nonsense', 'is_cut_off', 'rejects'] as const)(
    'is given up when the model %s every time, and the call stays readable',
    async (trouble) => {
      const call = aCall();
      harness.model.behave(trouble);
      await harness.say(business, call.started(), call.turn(0, 'caller', call.callSid), call.ended(1));
      await vi.waitFor(async () => expect(await harness.giveUpReason(call.callSid)).not.toBeNull(), {
        timeout: 15_000,
      });
      expect(await harness.giveUpReason(call.callSid)).toMatch(
        /^(refused|invalid_answer|finished_by_length|http_400)$/,
      );
      expect(harness.promptsAbout(call.callSid)).toHaveLength(4);
      await harness.eventually(business, call.callSid, ({ summary, turns }) => {
        expect([summary, turns.length]).toEqual([null, 1]);
      });
    },
  );

  it('is made of what there is when the bridge was lost and only the carrier reported the end', async () => {
    const call = aCall();
    await harness.say(business, call.started(), call.turn(0, 'caller', call.callSid));
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, ({ summary, endReason, status }) => {
      expect(summary?.summary).toContain(call.callSid);
      expect([endReason, status]).toEqual([null, 'completed']);
    });
  });

  it('is finished by another replica when one is stopped in the middle of it', async () => {
    const own = newBusiness();
    // As many as three replicas take at a time, so that the third holds some.
    const calls = Array.from({ length: 12 }, () => aCall());
    const third = await harness.startReplica('transcript-3');
    harness.model.behave('hangs');
    for (const call of calls)
      await harness.say(own, call.started(), call.turn(0, 'caller', call.callSid), call.ended(1));
    await vi.waitFor(() => expect(calls.every(({ callSid }) => harness.promptsAbout(callSid).length > 0)).toBe(true), {
      timeout: 10_000,
    });
    harness.model.behave('answers');
    await third[Symbol.asyncDispose]();
    for (const call of calls) await harness.eventually(own, call.callSid, isSummarised);
  });
});

describe('the call log', () => {
  const business = newBusiness();
  const times = [
    '2026-11-20T10:00:00.000001Z',
    '2026-11-20T10:00:00.000002Z',
    '2026-11-20T12:00:00Z',
    '2026-11-20T12:00:00Z',
  ];
  const calls = times.map((startedAt, index) => aCall({ startedAt, direction: index === 0 ? 'outbound' : 'inbound' }));

  beforeAll(async () => {
    for (const call of calls) await harness.say(business, call.started(), call.ended(0, 'caller_hung_up'));
    for (const call of calls) await harness.eventually(business, call.callSid, isSummarised);
  });

  it('is read page by page, newest first, without losing or repeating a call', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page += 1) {
      const reply = await harness.gateway.request(listCalls, business, { limit: 1, cursor });
      seen.push(...reply.calls.map(({ callSid }) => callSid));
      if (!reply.nextCursor) break;
      cursor = reply.nextCursor;
    }
    const newest = calls.slice(2).map(({ callSid }) => callSid);
    expect(seen).toEqual([...newest.sort().reverse(), calls[1]?.callSid, calls[0]?.callSid]);
  });

  it('can be narrowed', async () => {
    const outbound = await harness.gateway.request(listCalls, business, { direction: 'outbound' });
    expect(outbound.calls.map(({ callSid }) => callSid)).toEqual([calls[0]?.callSid]);
    const window = { since: '2026-11-20T11:00:00Z', until: '2026-11-20T11:30:00Z' };
    expect(await harness.gateway.request(listCalls, business, window)).toEqual({ calls: [], nextCursor: null });
    const morning = await harness.gateway.request(listCalls, business, { until: '2026-11-20T12:00:00Z' });
    expect(morning.calls).toHaveLength(2);
  });

  it.each(['', 'nonsense', Buffer.from('["2026-11-20T10:00:00Z","CA1"]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(harness.gateway.request(listCalls, business, { cursor })).rejects.toMatchObject({
        code: 'invalid',
        issues: [{ path: 'cursor' }],
      });
    },
  );

  it('is each business’s own', async () => {
    const other = newBusiness();
    expect((await harness.gateway.request(listCalls, other, {})).calls).toEqual([]);
    const callSid = calls[0]?.callSid ?? '';
    await expect(harness.gateway.request(getCall, other, { callSid })).rejects.toMatchObject({ code: 'not_found' });
    expect((await harness.gateway.request(callStats, other, {})).totalCalls).toBe(0);
    // The same CallSid under another business is another call.
    await harness.say(other, aCall({ callSid, startedAt: '2026-11-20T18:00:00Z' }).started());
    await harness.eventually(other, callSid, ({ startedAt }) => expect(startedAt).toBe('2026-11-20T18:00:00Z'));
    await harness.eventually(business, callSid, ({ startedAt }) => expect(startedAt).toBe(times[0]));
  });
});

describe('a call whose bridge died', () => {
  it('is completed from its record, once, and the record is gone', async () => {
    const business = newBusiness();
    const call = aCall();
    const bucket = await leaveRecord(
      harness.bridge,
      business,
      call.callSid,
      'Northside Heating',
      'Do you repair boilers?',
      'We do.',
    );
    // What it got out before it died.
    await harness.say(business, {
      ...call.turn(0, 'receptionist', 'Northside Heating'),
      ...entryPlace(call.callSid, 0),
    });
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, isSummarised);
    await harness.eventually(business, call.callSid, ({ turns, endReason, from }) => {
      expect(turns.map(({ text }) => text)).toEqual(['Northside Heating', 'Do you repair boilers?', 'We do.']);
      expect([endReason, from]).toEqual(['stream_lost', '+13125550142']);
    });
    await vi.waitFor(async () => expect(await bucket.find(call.callSid)).toBe('deleted'));
    expect(await bucket.keys(`${call.callSid}.>`)).toEqual([]);
    expect(await storedCounts(business)).toMatchObject({
      [`events.${business}.call.turn`]: 3,
      [`events.${business}.call.started`]: 1,
      [`events.${business}.call.ended`]: 1,
    });
  });

  // Pins: a beginning told a second time after a call so long that the stream has forgotten the first.
  it('is not said to begin again, though the stream would take it for new', async () => {
    const business = newBusiness();
    const call = aCall();
    await leaveRecord(harness.bridge, business, call.callSid, 'Northside Heating');
    await harness.say(business, { ...call.started(), id: `${call.callSid}:forgotten` });
    await harness.eventually(business, call.callSid, ({ from }) => expect(from).toBe('+13125550142'));
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, ({ endReason }) => expect(endReason).toBe('stream_lost'));
    expect(await storedCounts(business)).toMatchObject({ [`events.${business}.call.started`]: 1 });
  });

  it('keeps its old owner from writing when that wakes up', async () => {
    const business = newBusiness();
    const call = aCall();
    const bucket = await leaveRecord(harness.bridge, business, call.callSid, 'Northside Heating');
    const before = await bucket.get(call.callSid);
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, ({ endReason }) => expect(endReason).toBe('stream_lost'));
    const woken = await bucket.update(call.callSid, headOf(business, call.callSid), before?.revision ?? 0);
    expect(woken).toBeUndefined();
  });

  // Pins: a business that ends the live call of another by claiming, in its own name, that this CallSid is over.
  it('is not taken from another business, whoever says that it is over', async () => {
    const [owner, stranger] = [newBusiness(), newBusiness()];
    const call = aCall();
    const bucket = await leaveRecord(harness.bridge, owner, call.callSid, 'Northside Heating');
    const before = await bucket.get(call.callSid);
    await publish(harness.gateway, stranger, call.completed());
    await vi.waitFor(async () => expect((await harness.stored(call.callSid))?.record_checked_at).toBeTruthy(), {
      timeout: 5_000,
      interval: 50,
    });
    expect(await bucket.get(call.callSid)).toEqual(before);
    expect(await storedCounts(stranger)).not.toHaveProperty([`events.${stranger}.call.ended`]);
  });

  // Pins: a booking that was asked for and vanishes from the call; tokens that were used and are not reported.
  it('shows what was asked of a service and never answered, and reports what was used', async () => {
    const business = newBusiness();
    const call = aCall();
    const bucket = await harness.bridge.bucket(liveCalls);
    const intent = { toolCallId: 'c1', name: 'book_slot', arguments: '{"slot":"s1"}', idempotencyKey: 'k1' };
    const pendingTools = [{ ...intent, askedAt: '2026-11-20T15:00:05Z' }];
    const usage = { inputTokens: 70, outputTokens: 9, cachedTokens: 0, audioInputTokens: 60, audioOutputTokens: 8 };
    await bucket.create(call.callSid, { ...headOf(business, call.callSid), pendingTools });
    await bucket.create(callEntryKey(call.callSid, 0), { ...entryOf(0, 'Northside Heating'), usage });
    await publish(harness.gateway, business, call.completed());
    await harness.eventually(business, call.callSid, ({ toolCalls, endReason }) => {
      expect(endReason).toBe('stream_lost');
      expect(toolCalls).toMatchObject([{ seq: 1, name: 'book_slot', arguments: '{"slot":"s1"}', outcome: 'deadline' }]);
    });
    expect(await harness.stored(call.callSid)).toMatchObject({ usage, entries: 2 });
  });

  it('is left alone when it ended as it should', async () => {
    const business = newBusiness();
    const call = aCall();
    await harness.say(business, call.started(), call.turn(0, 'caller', 'Hello'), call.ended(1));
    await publish(harness.gateway, business, call.completed());
    await vi.waitFor(async () => expect((await harness.stored(call.callSid))?.record_checked_at).toBeTruthy(), {
      timeout: 5_000,
      interval: 50,
    });
    await harness.eventually(business, call.callSid, ({ endReason }) => expect(endReason).toBe('goodbye'));
    expect(await storedCounts(business)).toMatchObject({ [`events.${business}.call.ended`]: 1 });
  });
});

it('keeps the language that was spoken last, and knows none before the end', async () => {
  const business = newBusiness();
  const call = aCall();
  await harness.say(business, call.started(), call.turn(0, 'caller', 'Hola'));
  await harness.eventually(business, call.callSid, ({ turns, language }) => {
    expect(turns).toHaveLength(1);
    expect(language).toBeNull();
  });
  await harness.say(business, call.ended(1, 'goodbye', 'es'));
  await harness.eventually(business, call.callSid, ({ language }) => expect(language).toBe('es'));
});

describe('the statistics', () => {
  it('count what happened within the period', async () => {
    const business = newBusiness();
    const now = Temporal.Now.instant();
    const hourAgo = now.subtract({ hours: 1 }).round({ smallestUnit: 'second' });
    const answered = aCall({ startedAt: hourAgo.toString() });
    const outbound = aCall({ startedAt: hourAgo.toString(), direction: 'outbound' });
    const rejected = aCall({ startedAt: hourAgo.toString() });
    const old = aCall({ startedAt: now.subtract({ hours: 24 * 40 }).toString() });
    for (const call of [answered, outbound, old]) await harness.say(business, call.started(), call.ended(0));
    await publish(harness.gateway, business, rejected.rejected());
    await publish(harness.booking, business, answered.booked());
    await vi.waitFor(
      async () => {
        const stats = await harness.gateway.request(callStats, business, {});
        const { byHourUtc, ...counts } = stats;
        expect(counts).toEqual({
          days: 30,
          totalCalls: 3,
          inboundCalls: 2,
          outboundCalls: 1,
          answeredCalls: 2,
          rejectedCalls: 1,
          appointmentsBooked: 1,
          averageDurationSeconds: 60,
        });
        expect(byHourUtc[hourAgo.toZonedDateTimeISO('UTC').hour]).toBe(3);
        expect(byHourUtc.reduce((sum, calls) => sum + calls, 0)).toBe(3);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect((await harness.gateway.request(callStats, business, { days: 365 })).totalCalls).toBe(4);
  });

  it('are all zero for a business without calls', async () => {
    expect(await harness.gateway.request(callStats, newBusiness(), {})).toMatchObject({
      totalCalls: 0,
      averageDurationSeconds: null,
    });
  });
});

it('tells logs and traces nothing of what was said, and traces everything under the call', async () => {
  const business = newBusiness();
  const call = aCall({ from: '+13125550177' });
  const secret = randomUUID();
  await harness.say(
    business,
    call.started(),
    call.turn(0, 'caller', `My password is ${secret}`),
    call.tool(1, 'find_slots'),
  );
  harness.model.behave('talks_nonsense');
  await harness.say(business, call.ended(2));
  await vi.waitFor(async () => expect(await harness.giveUpReason(call.callSid)).not.toBeNull(), { timeout: 15_000 });
  const traceId = call.callSid.slice(2);
  await vi.waitFor(
    async () => {
      const spans = (await harness.traces()).split('\n').filter((line) => line.includes(traceId));
      const names = spans.map(
        (line) => z.object({ name: z.string(), traceId: z.literal(traceId) }).parse(JSON.parse(line)).name,
      );
      expect(names).toContain('transcript on frontdesk.call.turn.v1');
      expect(names.filter((name) => name === 'transcript summarise-call')).toHaveLength(4);
    },
    { timeout: 10_000 },
  );
  expect(harness.logged()).toContain('summary_given_up');
  expect(harness.logged()).toContain(call.callSid);
  for (const written of [harness.logged(), await harness.traces()]) {
    expect(written).not.toContain(secret);
    expect(written).not.toContain('3125550177');
    expect(written).not.toContain(harness.model.apiKey);
  }
});

it('is asked for calls by CallSid only', async () => {
  await expect(harness.gateway.request(getCall, newBusiness(), { callSid: newCallSid() })).rejects.toMatchObject({
    code: 'not_found',
  });
});
