/** Reads calls and their conversations. */
import type { TurnData } from '@frontdesk/contracts/events/call';
import { type CallOverview, callOverview } from '@frontdesk/contracts/transcript/call-view';
import type { TenantTransaction } from '@frontdesk/persistence';
import { type Selectable, sql } from 'kysely';
import type { Conversation, StoredToolCall } from '../domain/conversation.ts';
import type { Position } from '../domain/cursor.ts';
import type { CallKey } from './call-writer.ts';
import type { CallsTable, TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;

const OVERVIEW = [
  'call_sid',
  'direction',
  'from_number',
  'to_number',
  'status',
  'end_reason',
  'started_at',
  'ended_at',
  'leg_ended_at',
  'duration_seconds',
  'language',
  'summary',
] as const;

/** Undefined for a call that is not known, or of which only entries have arrived. */
export async function findCall(tx: Tx, key: CallKey): Promise<CallOverview | undefined> {
  const row = await tx
    .selectFrom('calls')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .where('to_number', 'is not', null)
    .select(OVERVIEW)
    .executeTakeFirst();
  return row && toOverview(row);
}

export interface CallFilter {
  direction?: 'inbound' | 'outbound';
  since?: string;
  until?: string;
  /** Only calls that come after this one in the log. */
  after?: Position;
  limit: number;
}

/** Newest first. */
export async function findCalls(tx: Tx, businessId: string, filter: CallFilter): Promise<CallOverview[]> {
  const { direction, since, until, after, limit } = filter;
  let query = tx
    .selectFrom('calls')
    .where('business_id', '=', businessId)
    .where('to_number', 'is not', null)
    .orderBy('started_at', 'desc')
    .orderBy('call_sid', 'desc')
    .limit(limit);
  if (direction) query = query.where('direction', '=', direction);
  if (since) query = query.where('started_at', '>=', Temporal.Instant.from(since));
  if (until) query = query.where('started_at', '<', Temporal.Instant.from(until));
  if (after) {
    query = query.where(sql<boolean>`(started_at, call_sid) < (${after.startedAt}::timestamptz, ${after.callSid})`);
  }
  const rows = await query.select(OVERVIEW).execute();
  return rows.map(toOverview);
}

/** Parsed, not cast: what is stored may be of an earlier release. */
function toOverview(row: Pick<Selectable<CallsTable>, (typeof OVERVIEW)[number]>): CallOverview {
  const endedAt = row.ended_at ?? row.leg_ended_at;
  return callOverview.parse({
    callSid: row.call_sid,
    direction: row.direction,
    from: row.from_number,
    to: row.to_number,
    status: row.status,
    endReason: row.end_reason,
    startedAt: row.started_at.toString(),
    endedAt: endedAt?.toString() ?? null,
    durationSeconds: row.duration_seconds,
    language: row.language,
    summary: row.summary,
  });
}

export async function readTurns(tx: Tx, key: CallKey): Promise<TurnData[]> {
  const rows = await tx
    .selectFrom('turns')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .orderBy('seq')
    .select(['seq', 'role', 'text', 'started_at', 'ended_at', 'interrupted'])
    .execute();
  return rows.map(({ started_at, ended_at, ...turn }) => ({
    ...turn,
    startedAt: started_at.toString(),
    endedAt: ended_at.toString(),
  }));
}

export async function readToolCalls(tx: Tx, key: CallKey): Promise<StoredToolCall[]> {
  const rows = await tx
    .selectFrom('tool_calls')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .orderBy('seq')
    .select(['seq', 'name', 'arguments', 'outcome', 'output', 'started_at', 'duration_ms'])
    .execute();
  return rows.map(({ started_at, duration_ms, ...call }) => ({
    ...call,
    startedAt: started_at.toString(),
    durationMs: duration_ms,
  }));
}

/** The conversation as a summary is made from it. */
export async function readConversation(tx: Tx, key: CallKey): Promise<Conversation> {
  const call = await tx
    .selectFrom('calls')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .select(['started_at', 'end_reason'])
    .executeTakeFirstOrThrow();
  return {
    startedAt: call.started_at.toString(),
    endReason: call.end_reason,
    turns: await readTurns(tx, key),
    toolCalls: await readToolCalls(tx, key),
  };
}
