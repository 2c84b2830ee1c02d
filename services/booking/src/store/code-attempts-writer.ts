import { type SystemTransaction, type TenantTransaction, tell } from '@frontdesk/persistence';
import {
  type Attempts,
  countAttempt,
  isCounted,
  isLocked,
  type Limit,
  uncountAttempt,
} from '../domain/code-attempts.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export interface Attempt {
  /** Who tries. */
  readonly subject: string;
  readonly limit: Limit;
  readonly now: Temporal.Instant;
  /** By which the same request is known again. */
  readonly mark: string | undefined;
}

/** @returns whether it is locked; when not, the attempt is counted, for whoever comes at the same moment to see */
export async function takeAttempt(
  tx: Tx,
  businessId: string,
  { subject, limit, now, mark }: Attempt,
): Promise<'locked' | 'counted' | 'counted before'> {
  const noneYet = tx
    .insertInto('code_attempts')
    .values({ business_id: businessId, subject, wrong: 0, since: now })
    .onConflict((conflict) => conflict.doNothing());
  await tell(tx, noneYet);
  const attempts = await lockAttempts(tx, businessId, subject);
  if (isCounted(attempts, limit, now, mark)) return 'counted before';
  if (isLocked(attempts, limit, now)) return 'locked';
  await write(tx, businessId, subject, countAttempt(attempts, limit, now, mark));
  return 'counted';
}

/** The code was right, or did not matter. */
export async function giveAttemptBack(
  tx: Tx,
  businessId: string,
  { subject, mark }: Pick<Attempt, 'subject' | 'mark'>,
): Promise<void> {
  const attempts = await lockAttempts(tx, businessId, subject);
  if (attempts) await write(tx, businessId, subject, uncountAttempt(attempts, mark));
}

async function lockAttempts(tx: Tx, businessId: string, subject: string): Promise<Attempts | undefined> {
  return tx
    .selectFrom('code_attempts')
    .select(['wrong', 'since', 'locked_at as lockedAt', 'marks'])
    .where('business_id', '=', businessId)
    .where('subject', '=', subject)
    .forUpdate()
    .executeTakeFirst();
}

async function write(tx: Tx, businessId: string, subject: string, attempts: Attempts): Promise<void> {
  const { wrong, since, lockedAt, marks } = attempts;
  const counted = tx
    .updateTable('code_attempts')
    .set({ wrong, since, locked_at: lockedAt, marks: [...marks] })
    .where('business_id', '=', businessId)
    .where('subject', '=', subject);
  await tell(tx, counted);
}

/** Counts that decide nothing any more. */
export async function forgetAttempts(tx: SystemTransaction<BookingSchema>, before: Temporal.Instant): Promise<void> {
  await tx.deleteFrom('code_attempts').where('since', '<', before).execute();
}
