/**
 * The queue of summaries still to be made is the calls table itself. A claim leases a call to one replica: it pushes
 * `summary_not_before` past the attempt's deadline and counts `summary_attempts` up. What the attempt brings is written
 * only while that count is still its own, so a replica that lost its lease cannot write, and a summary is kept (and
 * its event published, in the same transaction) once.
 */
import type { CallSummary } from '@frontdesk/contracts/events/call';
import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { FailureKind } from '../domain/summary-retry.ts';
import type { CallKey } from './call-writer.ts';
import type { TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;

export interface Claim extends CallKey {
  /** The number of this attempt, from 1; fences what it writes. */
  attempt: number;
  /** How many earlier attempts brought an answer that could not be used. */
  unusableAnswers: number;
}

/** Claims calls of any business whose summary is due, the longest waiting first. Replicas never wait for each other. */
export async function claimDue(
  tx: SystemTransaction<TranscriptSchema>,
  { now, leaseMs, limit }: { now: Temporal.Instant; leaseMs: number; limit: number },
): Promise<Claim[]> {
  const rows = await tx
    .with('due', (db) =>
      db
        .selectFrom('calls')
        .where('summary', 'is', null)
        .where('summary_given_up_at', 'is', null)
        .where('summary_due_at', '<=', now)
        .where(({ eb, or }) => or([eb('summary_not_before', 'is', null), eb('summary_not_before', '<=', now)]))
        .orderBy('summary_due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .select(['business_id', 'call_sid']),
    )
    .updateTable('calls')
    .from('due')
    .whereRef('calls.business_id', '=', 'due.business_id')
    .whereRef('calls.call_sid', '=', 'due.call_sid')
    .set({
      summary_attempts: sql`calls.summary_attempts + 1`,
      summary_not_before: now.add({ milliseconds: leaseMs }),
    })
    .returning(['calls.business_id', 'calls.call_sid', 'calls.summary_attempts', 'calls.summary_unusable_answers'])
    .execute();
  return rows.map((row) => ({
    businessId: row.business_id,
    callSid: row.call_sid,
    attempt: row.summary_attempts,
    unusableAnswers: row.summary_unusable_answers,
  }));
}

/** @returns what the event says about the call, or undefined when the claim was lost */
export async function keepSummary(
  tx: Tx,
  claim: Claim,
  { summary, model, now }: { summary: CallSummary; model: string; now: Temporal.Instant },
) {
  return claimed(tx, claim)
    .set({
      summary: JSON.stringify(summary),
      summary_model: model,
      summarised_at: now,
      summary_not_before: null,
      summary_failure: null,
    })
    .returning(['from_number', 'started_at', 'caller_id'])
    .executeTakeFirst();
}

export interface Failure {
  kind: FailureKind;
  code: string;
  /** Undefined gives up. */
  retryAt?: Temporal.Instant;
  now: Temporal.Instant;
}

export async function keepFailure(tx: Tx, claim: Claim, { kind, code, retryAt, now }: Failure): Promise<void> {
  await claimed(tx, claim)
    .set({
      summary_failure: code,
      summary_not_before: retryAt ? retryAt : null,
      summary_unusable_answers: claim.unusableAnswers + (kind === 'unusable' ? 1 : 0),
      summary_given_up_at: retryAt ? null : now,
    })
    .execute();
}

/** Hands an attempt that was broken off to whoever looks next. */
export async function releaseClaim(tx: Tx, claim: Claim): Promise<void> {
  await claimed(tx, claim)
    .set({ summary_not_before: null, summary_attempts: claim.attempt - 1 })
    .execute();
}

function claimed(tx: Tx, claim: Claim) {
  return tx
    .updateTable('calls')
    .where('business_id', '=', claim.businessId)
    .where('call_sid', '=', claim.callSid)
    .where('summary', 'is', null)
    .where('summary_attempts', '=', claim.attempt);
}
