/** How every call event is taken in: facts, entry and the decision about the summary, in one transaction. */
import type { CloudEvent } from '@frontdesk/contracts/event';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import type { CallFacts } from '../domain/call-facts.ts';
import { type CallKey, keepFacts, scheduleSummary } from '../store/call-writer.ts';
import { type EntryInsert, keepEntry } from '../store/entry-writer.ts';
import type { TranscriptSchema } from '../store/schema.ts';

/** What taking in an event may set off besides. */
export interface Listening extends Context {
  summaries: { nudge(): void };
}

/** @param entry how the turn or tool call that the event brought is stored */
export async function takeIn(
  listening: Listening,
  event: CloudEvent<{ callSid: string }>,
  facts: CallFacts,
  entry?: (tx: TenantTransaction<TranscriptSchema>, key: CallKey) => EntryInsert,
): Promise<void> {
  const { db, clock, config, events, summaries } = listening;
  const key = { businessId: event.businessid, callSid: event.data.callSid };
  const now = clock.now();
  const actor = { kind: 'service', id: 'transcript' } as const;
  const { isNew, summary } = await db.asTenant(key.businessId, actor, async (tx) => {
    const call = await keepFacts(tx, key, facts, now);
    // Whether it is new matters only when the summary was made without it.
    const isNew = entry && (await keepEntry(tx, entry(tx, key), call.summarised_at !== null));
    return { isNew, summary: await scheduleSummary(tx, key, call, config.summary, now) };
  });
  if (isNew && summary === 'late') events.entryAfterSummary();
  if (summary === 'due') summaries.nudge();
}
