// Pins: a tool asked for twice because the confirmation of its intent was lost; a message for the team that is deleted
// with the record of a call in which a bug happened; a call that is left to be finalised by others though its tools have
// answered; a time known by its handle in one write and not in the next.
import type { CallEntry, CallHead } from '@frontdesk/contracts/kv/calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger, createMetrics } from '@frontdesk/observability';
import { expect, it, vi } from 'vitest';
import type { CallEnding } from '../../domain/call-decision.ts';
import type { TranscriptEntry } from '../../domain/transcript.ts';
import { createBridgeMetrics } from '../../events.ts';
import { createCallJournal } from './call-journal.ts';

const parties = { callSid: `CA${'0'.repeat(32)}`, direction: 'inbound', from: null, to: '+13125550100' } as const;
const startedAt = Temporal.Instant.from('2026-06-17T15:00:00Z');
const intent = {
  ...{ toolCallId: 'c1', name: 'take_message', arguments: '{}', idempotencyKey: 'c1' },
  askedAt: '2026-06-17T15:00:10Z',
};
const ending: CallEnding = {
  reason: 'failed',
  ...{ startedAtMs: 0, endedAtMs: 5_000, entries: 0, language: 'en' },
  usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, audioInputTokens: 0, audioOutputTokens: 0 },
};

function journalWith() {
  const clock = manualClock();
  let head: CallHead | undefined;
  let published = 0;
  const lost = { confirmations: 0 };
  const added: CallEntry[] = [];
  const unused = () => Promise.reject(new Error('not asked for here'));
  const journal = createCallJournal(
    {
      clock,
      log: createLogger({ service: 'test', instanceId: 'test', level: 'silent' }),
      metrics: createBridgeMetrics(createMetrics('test')),
      record: {
        claim: async (wanted) => {
          head = { ...wanted, epoch: 1 };
          return 1;
        },
        async change(change) {
          if (head === undefined) throw new Error('no record');
          head = change(head);
          lost.confirmations -= 1;
          if (lost.confirmations >= 0) throw new WireError('deadline', 'no confirmation');
        },
        remove: async () => {
          head = undefined;
        },
        async add(entry) {
          added.push(entry);
        },
        ...{ takeOver: unused, check: unused, mayBeClaimed: () => false },
      },
      events: {
        publish: async () => {
          published += 1;
        },
      },
      soon: (begin) => void clock.after(50, begin),
      isOurs: () => false,
      onFenced: () => undefined,
    },
    parties,
    (ms) => startedAt.add({ milliseconds: ms }),
  );
  const owner = { podId: 'bridge-1', address: '127.0.0.1:1' };
  const reservedAt = startedAt.toString();
  journal.reserved({
    version: 1,
    phase: 'reserved',
    reservedAt,
    ...parties,
    businessId: 'b1',
    owner,
    pendingTools: [],
  });
  return { clock, journal, lost, added, published: () => published, head: () => head };
}

async function settle({ clock, journal }: ReturnType<typeof journalWith>): Promise<void> {
  let idle = false;
  void journal.idle().then(() => {
    idle = true;
  });
  await vi.waitUntil(
    () => {
      clock.advance(100);
      return idle;
    },
    { interval: 1, timeout: 5_000 },
  );
}

it('keeps an intent once, though its write is repeated', async () => {
  const each = journalWith();
  await settle(each);
  each.lost.confirmations = 1;
  const kept = each.journal.intent(intent);
  await settle(each);
  expect(await kept).toBe(true);
  expect(each.head()?.pendingTools).toEqual([intent]);
});

it('removes the record of a call that failed, once its end is told', async () => {
  const each = journalWith();
  each.journal.closing({ kind: 'apology' }, 'failed');
  each.journal.failed(ending);
  await settle(each);
  expect(each.head()).toBeUndefined();
  expect(each.published()).toBe(1);
});

it('leaves the record of a call that failed while a tool had not answered, and the end with it', async () => {
  const each = journalWith();
  void each.journal.intent(intent);
  each.journal.closing({ kind: 'apology' }, 'failed');
  each.journal.failed(ending);
  await settle(each);
  expect(each.head()).toMatchObject({
    ...{ phase: 'ending', next: { kind: 'apology' }, endReason: 'failed' },
    pendingTools: [intent],
  });
  expect(each.published()).toBe(0);
});

const answer: TranscriptEntry = {
  ...{ kind: 'tool', seq: 0, toolCallId: intent.toolCallId, name: intent.name, arguments: '{}' },
  ...{ outcome: 'ok', output: '{}', startedAtMs: 0, endedAtMs: 1_000 },
};

it('forgets an intent whose answer is recorded, with the next one', async () => {
  const each = journalWith();
  void each.journal.intent(intent);
  each.journal.entry(answer, ending.usage);
  await settle(each);
  expect(each.added).toMatchObject([{ toolCallId: intent.toolCallId }]);
  const next = { ...intent, toolCallId: 'c2', idempotencyKey: 'c2' };
  void each.journal.intent(next);
  await settle(each);
  expect(each.head()?.pendingTools).toEqual([next]);
  each.journal.entry({ ...answer, seq: 1, toolCallId: 'c2' }, ending.usage);
  each.journal.failed({ ...ending, entries: 2 });
  await settle(each);
  expect(each.head()).toBeUndefined();
});

it('keeps what the instructions made known, each once, and what an answer did with the answer', async () => {
  const each = journalWith();
  const [first, second] = [known('a1', '1'), known('a2', '2')];
  each.journal.offered({ offers: [], appointments: [first] });
  await settle(each);
  each.lost.confirmations = 1;
  each.journal.offered({ offers: [], appointments: [second] });
  const third = known('a3', '3');
  each.journal.entry({ ...answer, known: { offers: [], appointments: [third] } }, ending.usage);
  await settle(each);
  expect(each.head()?.appointments).toEqual([first, second]);
  expect(each.added).toMatchObject([{ appointments: [third] }]);
});

function known(handle: string, digit: string) {
  return { handle, appointmentId: `00000000-0000-4000-8000-00000000000${digit}` };
}
