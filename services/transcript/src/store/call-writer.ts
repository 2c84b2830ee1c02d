/** Takes in what events say about calls. Every write can be repeated and can come in any order. */
import { type TenantTransaction, tell } from '@frontdesk/persistence';
import { type Selectable, sql } from 'kysely';
import { type CallFacts, saysThatItTalks } from '../domain/call-facts.ts';
import { type Patience, summaryDueAt } from '../domain/summary-due.ts';
import type { CallsTable, TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;

export interface CallKey {
  businessId: string;
  callSid: string;
}

const PROGRESS = [
  'answered',
  'started_at',
  'started_known',
  'entries',
  'ended_heard_at',
  'completed_heard_at',
  'summarised_at',
  'summary_due_at',
] as const;

/** What the decision about its summary needs to know of a call. */
export type StoredProgress = Pick<Selectable<CallsTable>, (typeof PROGRESS)[number]>;

/**
 * Makes sure that the call's row holds these facts, and locks it until the transaction ends, so that an entry and the end
 * of its call, arriving together, cannot both miss the other.
 */
export async function keepFacts(
  tx: Tx,
  key: CallKey,
  facts: CallFacts,
  heardAt: Temporal.Instant,
): Promise<StoredProgress> {
  // Most events are turns, and what those say of their call is known since the first: a write that changes nothing costs
  // as much as one that does.
  const stored = saysThatItTalks(facts) ? await lockCall(tx, key) : undefined;
  const isKnown =
    stored?.answered && (stored.started_known || Temporal.Instant.compare(stored.started_at, facts.startedAt) <= 0);
  return isKnown ? stored : await mergeFacts(tx, key, facts, heardAt);
}

function lockCall(tx: Tx, key: CallKey): Promise<StoredProgress | undefined> {
  return tx
    .selectFrom('calls')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .select(PROGRESS)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Creates the call or fills in what is still unknown of it. */
async function mergeFacts(tx: Tx, key: CallKey, facts: CallFacts, heardAt: Temporal.Instant): Promise<StoredProgress> {
  const { leg, ended, completed } = facts;
  return await tx
    .insertInto('calls')
    .values({
      business_id: key.businessId,
      call_sid: key.callSid,
      direction: leg?.direction ?? null,
      from_number: leg?.from ?? null,
      to_number: leg?.to ?? null,
      started_at: facts.startedAt,
      started_known: facts.startedKnown,
      answered: facts.answered,
      caller_id: facts.callerId ?? null,
      ended_at: ended ? ended.endedAt : null,
      end_reason: ended?.reason ?? null,
      entries: ended?.entries ?? null,
      ended_heard_at: ended ? heardAt : null,
      language: ended?.language ?? null,
      usage: ended ? JSON.stringify(ended.usage) : null,
      leg_ended_at: completed ? completed.at : null,
      leg_status: completed?.status ?? null,
      leg_duration_seconds: completed?.durationSeconds ?? null,
      completed_heard_at: completed ? heardAt : null,
      rejected_reason: facts.rejectedReason ?? null,
    })
    .onConflict((conflict) =>
      conflict.columns(['business_id', 'call_sid']).doUpdateSet({
        ...firstKnown(),
        started_at: sql<string>`case
          when calls.started_known then calls.started_at
          when excluded.started_known then excluded.started_at
          else least(calls.started_at, excluded.started_at) end`,
        started_known: sql<boolean>`calls.started_known or excluded.started_known`,
        answered: sql<boolean>`calls.answered or excluded.answered`,
      }),
    )
    .returning(PROGRESS)
    .executeTakeFirstOrThrow();
}

const FILLED_ONCE = [
  'direction',
  'from_number',
  'to_number',
  'caller_id',
  'ended_at',
  'end_reason',
  'entries',
  'ended_heard_at',
  'language',
  'usage',
  'leg_ended_at',
  'leg_status',
  'leg_duration_seconds',
  'completed_heard_at',
  'rejected_reason',
] as const;

/** What is known stays; a repeat changes nothing. */
function firstKnown() {
  return Object.fromEntries(
    FILLED_ONCE.map((column) => [
      column,
      sql`coalesce(${sql.ref(`calls.${column}`)}, ${sql.ref(`excluded.${column}`)})`,
    ]),
  );
}

/**
 * Decides when the call may be summarised, now that something about it is new.
 *
 * @returns `due` when that is already, `late` when its summary was made before
 */
export async function scheduleSummary(
  tx: Tx,
  key: CallKey,
  call: StoredProgress,
  patience: Patience,
  now: Temporal.Instant,
): Promise<'due' | 'later' | 'late'> {
  if (call.summarised_at) return 'late';
  if (!call.ended_heard_at && !call.completed_heard_at) return 'later';
  const dueAt = summaryDueAt(
    {
      answered: call.answered,
      ended:
        call.ended_heard_at && call.entries !== null
          ? { heardAt: call.ended_heard_at, entries: call.entries }
          : undefined,
      completedHeardAt: call.completed_heard_at ?? undefined,
      storedEntries: await countEntries(tx, key),
    },
    patience,
  );
  if (!dueAt) return 'later';
  if (!call.summary_due_at?.equals(dueAt)) {
    const due = tx
      .updateTable('calls')
      .where('business_id', '=', key.businessId)
      .where('call_sid', '=', key.callSid)
      .set({ summary_due_at: dueAt });
    await tell(tx, due);
  }
  return Temporal.Instant.compare(dueAt, now) <= 0 ? 'due' : 'later';
}

async function countEntries(tx: Tx, key: CallKey): Promise<number> {
  const { turns, tool_calls } = await tx
    .selectNoFrom([countOf('turns', key), countOf('tool_calls', key)])
    .executeTakeFirstOrThrow();
  return turns + tool_calls;
}

function countOf<Table extends 'turns' | 'tool_calls'>(table: Table, { businessId, callSid }: CallKey) {
  return sql<number>`(
    select count(*)::integer from ${sql.table(table)}
    where business_id = ${businessId} and call_sid = ${callSid})`.as(table);
}
