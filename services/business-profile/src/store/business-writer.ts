import { isUniqueViolation, jsonb, type TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BusinessDefinition } from '../domain/business.ts';
import type { BusinessProfileSchema } from './schema.ts';

type Tx = TenantTransaction<BusinessProfileSchema>;

export interface NewBusiness extends BusinessDefinition {
  readonly businessId: string;
  readonly twilioAuthTokenSealed: string;
  readonly searchConfig: string;
  readonly accountPublicKey: string;
  readonly accountSeedSealed: string;
  readonly accountJwt: string;
}

/** Another business has one of the numbers. Which, and whose, is not told to anybody. */
export class NumberTakenError extends Error {
  override readonly name = 'NumberTakenError';
}

/**
 * Adds a business with its numbers.
 * @returns false when there is one of that id already; nothing is changed then
 * @throws NumberTakenError, after which the transaction can only be rolled back
 */
export async function insertBusiness(tx: Tx, business: NewBusiness): Promise<boolean> {
  const inserted = await tx
    .insertInto('businesses')
    .values({
      business_id: business.businessId,
      name: business.name,
      time_zone: business.timeZone,
      pool: business.pool,
      max_concurrent_calls: business.maxConcurrentCalls,
      twilio_account_sid: business.twilioAccountSid,
      twilio_auth_token_sealed: business.twilioAuthTokenSealed,
      agent: jsonb(business.agent),
      opening_hours: jsonb(business.openingHours),
      caller_trust: business.callerTrust,
      fallback: jsonb(business.fallback),
      max_call_ms: business.maxCallMs,
      search_config: business.searchConfig,
      account_public_key: business.accountPublicKey,
      account_seed_sealed: business.accountSeedSealed,
      account_jwt: business.accountJwt,
    })
    .onConflict((conflict) => conflict.column('business_id').doNothing())
    .returning('business_id')
    .executeTakeFirst();
  if (!inserted) return false;
  try {
    await tx
      .insertInto('numbers')
      // Sorted, so that two businesses claiming the same numbers meet in one order and cannot deadlock.
      .values(business.numbers.toSorted().map((number) => ({ business_id: business.businessId, number })))
      .execute();
  } catch (error) {
    if (isUniqueViolation(error)) throw new NumberTakenError('a number belongs to another business', { cause: error });
    throw error;
  }
  return true;
}

/** Remembers that the NATS server has the account as it is stored here. */
export async function markAccountPushed(tx: Tx, businessId: string, accountJwt: string): Promise<void> {
  await tx
    .updateTable('businesses')
    .set({ account_pushed_at: sql<Temporal.Instant>`now()` })
    .where('business_id', '=', businessId)
    .where('account_jwt', '=', accountJwt)
    .execute();
}
