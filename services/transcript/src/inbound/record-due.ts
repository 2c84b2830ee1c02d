/**
 * A call has been over for a while: is its live record gone? A bridge removes it when it has told everything; one that
 * died leaves it behind, and what it had not told is told here.
 */
import { withCall, withSpan } from '@frontdesk/observability';
import type { Context } from '../context.ts';
import { unsaid, unsettledTools } from '../domain/dead-call.ts';
import { keepRecordChecked, type RecordClaim, readStoredEntries } from '../store/record-writer.ts';

const ACTOR = { kind: 'service', id: 'transcript' } as const;

/** Repeatable. Rejects when NATS or the database fails; the claim then runs out by itself. */
export async function onRecordDue(context: Context, claim: RecordClaim): Promise<void> {
  const { records, db, clock, events } = context;
  const record = await records.take(claim.callSid, claim.businessId);
  if (record === 'in_use') return;
  if (record) {
    await withCall(claim.callSid, () =>
      withSpan('transcript finalise-call', { 'frontdesk.business_id': claim.businessId }, async (span) => {
        const said = await db.readAsTenant(claim.businessId, ACTOR, (tx) => readStoredEntries(tx, claim));
        const { head, entries } = record;
        const { started, legEndedAt } = claim;
        const missing = claim.ended ? [] : unsaid({ head, entries, started, said, legEndedAt });
        span.setAttribute('events', missing.length);
        for (const { contract, event } of missing) await context.messaging.publishEvent(contract, event);
        await records.remove(record);
        events.callFinalised(missing.length, unsettledTools(record).length);
      }),
    );
  }
  await db.asTenant(claim.businessId, ACTOR, (tx) => keepRecordChecked(tx, claim, clock.now()));
}
