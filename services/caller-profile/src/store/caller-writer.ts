/** Keeps callers and what is remembered of their calls. */
import { type TenantTransaction, tell } from '@frontdesk/persistence';
import { type NameSource, nameToStore } from '../domain/naming.ts';
import type { CallerProfileSchema } from './schema.ts';

type Tx = TenantTransaction<CallerProfileSchema>;

export interface Meeting {
  businessId: string;
  phone: string;
  /** Null when nothing is known of the name. */
  name: string | null;
  source: NameSource;
  /** Whether the number counts as the caller's own under the business's trust rule. */
  proved: boolean;
  now: Temporal.Instant;
  /** The caller's id if this is the first time the number is met. */
  newCallerId: string;
}

export interface MetCaller {
  callerId: string;
  phone: string;
  name: string | null;
  /** Counts the changes of this caller, from 1. */
  version: number;
  change: 'created' | 'updated' | 'none';
}

/**
 * Finds or creates the caller of a number and stores the name if it may be. The row stays locked until the transaction
 * ends, so that two names arriving together are taken in one after the other.
 */
export async function meetCaller(tx: Tx, meeting: Meeting): Promise<MetCaller> {
  const { businessId, phone, now } = meeting;
  const first = nameToStore(null, meeting.name, meeting) ?? null;
  const created = await tx
    .insertInto('callers')
    .values({
      business_id: businessId,
      caller_id: meeting.newCallerId,
      phone,
      name: first,
      name_source: first === null ? null : meeting.source,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['business_id', 'phone']).doNothing())
    .returning(['caller_id', 'version'])
    .executeTakeFirst();
  if (created) {
    return { callerId: created.caller_id, phone, name: first, version: created.version, change: 'created' };
  }
  return meetAgain(tx, meeting);
}

async function meetAgain(tx: Tx, meeting: Meeting): Promise<MetCaller> {
  const { businessId, phone, source, now } = meeting;
  const known = await tx
    .selectFrom('callers')
    .where('business_id', '=', businessId)
    .where('phone', '=', phone)
    .forUpdate()
    .select(['caller_id', 'name', 'version'])
    .executeTakeFirstOrThrow();
  const callerId = known.caller_id;
  const name = nameToStore(known.name, meeting.name, meeting);
  if (name === undefined) return { callerId, phone, name: known.name, version: known.version, change: 'none' };
  const version = known.version + 1;
  const named = tx
    .updateTable('callers')
    .where('business_id', '=', businessId)
    .where('caller_id', '=', callerId)
    .set({ name, name_source: source, version, updated_at: now });
  await tell(tx, named);
  return { callerId, phone, name, version, change: 'updated' };
}

export interface PastCall {
  businessId: string;
  callerId: string;
  callSid: string;
  at: string;
  summary: string;
  preferences: readonly string[];
}

export async function rememberCall(tx: Tx, call: PastCall): Promise<void> {
  const past = tx
    .insertInto('past_calls')
    .values({
      business_id: call.businessId,
      caller_id: call.callerId,
      call_sid: call.callSid,
      at: call.at,
      summary: call.summary,
      preferences: [...call.preferences],
    })
    .onConflict((conflict) => conflict.doNothing());
  await tell(tx, past);
}
