import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { type Attempts, countAttempt, isLocked, type Limit } from '../domain/code-attempts.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

/** @returns whether it is locked; when not, the attempt is counted, for whoever comes at the same moment to see */
export async function takeAttempt(
  tx: Tx,
  businessId: string,
  { subject, limit, now }: { readonly subject: string; readonly limit: Limit; readonly now: Temporal.Instant },
): Promise<'locked' | 'counted'> {
  await tx
    .insertInto('code_attempts')
    .values({ business_id: businessId, subject, wrong: 0, since: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const attempts: Attempts = await tx
    .selectFrom('code_attempts')
    .select(['wrong', 'since'])
    .where('business_id', '=', businessId)
    .where('subject', '=', subject)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (isLocked(attempts, limit, now)) return 'locked';
  await tx
    .updateTable('code_attempts')
    .set({ ...countAttempt(attempts, limit, now) })
    .where('business_id', '=', businessId)
    .where('subject', '=', subject)
    .execute();
  return 'counted';
}

/** The code was right: it was no attempt after all. */
export async function giveAttemptBack(tx: Tx, businessId: string, subject: string): Promise<void> {
  await tx
    .updateTable('code_attempts')
    .set((eb) => ({ wrong: eb('wrong', '-', 1) }))
    .where('business_id', '=', businessId)
    .where('subject', '=', subject)
    .where('wrong', '>', 0)
    .execute();
}

/** Counts that decide nothing any more. */
export async function forgetAttempts(tx: SystemTransaction<BookingSchema>, before: Temporal.Instant): Promise<void> {
  await tx.deleteFrom('code_attempts').where('since', '<', before).execute();
}
