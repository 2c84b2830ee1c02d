/** Which calls' live records are still to be looked after. The queue is the calls table, as for summaries. */
import { type SystemTransaction, type TenantTransaction, tell } from '@frontdesk/persistence';
import type { CallKey } from './call-writer.ts';
import type { TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;

export interface RecordClaim extends CallKey {
  legEndedAt: Temporal.Instant;
  /** `call.started` has arrived. */
  started: boolean;
  /** What ended is known: only the record itself can be left over. */
  ended: boolean;
}

/** Claims calls of any business whose leg ended `afterMs` ago or earlier. Replicas never wait for each other. */
export async function claimRecords(
  tx: SystemTransaction<TranscriptSchema>,
  { now, afterMs, leaseMs, limit }: { now: Temporal.Instant; afterMs: number; leaseMs: number; limit: number },
): Promise<RecordClaim[]> {
  const rows = await tx
    .with('due', (db) =>
      db
        .selectFrom('calls')
        .where('record_checked_at', 'is', null)
        .where('completed_heard_at', '<=', now.subtract({ milliseconds: afterMs }))
        .where(({ eb, or }) => or([eb('record_not_before', 'is', null), eb('record_not_before', '<=', now)]))
        .orderBy('completed_heard_at')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .select(['business_id', 'call_sid']),
    )
    .updateTable('calls')
    .from('due')
    .whereRef('calls.business_id', '=', 'due.business_id')
    .whereRef('calls.call_sid', '=', 'due.call_sid')
    .set({ record_not_before: now.add({ milliseconds: leaseMs }) })
    .returning(['calls.business_id', 'calls.call_sid', 'calls.leg_ended_at', 'calls.ended_heard_at'])
    .returning('calls.started_known')
    .execute();
  return rows.map((row) => ({
    businessId: row.business_id,
    callSid: row.call_sid,
    legEndedAt: row.leg_ended_at ?? now,
    started: row.started_known,
    ended: row.ended_heard_at !== null,
  }));
}

export async function keepRecordChecked(tx: Tx, key: CallKey, now: Temporal.Instant): Promise<void> {
  const checked = tx
    .updateTable('calls')
    .where('business_id', '=', key.businessId)
    .where('call_sid', '=', key.callSid)
    .set({ record_checked_at: now, record_not_before: null });
  await tell(tx, checked);
}

/** The numbers of the entries that have arrived. */
export async function readStoredEntries(tx: Tx, key: CallKey): Promise<Set<number>> {
  const of = (table: 'turns' | 'tool_calls') =>
    tx
      .selectFrom(table)
      .where('business_id', '=', key.businessId)
      .where('call_sid', '=', key.callSid)
      .select('seq')
      .execute();
  const rows = [...(await of('turns')), ...(await of('tool_calls'))];
  return new Set(rows.map(({ seq }) => seq));
}
