import { agentProfile, callerTrust, fallback, openingHours } from '@frontdesk/contracts/business-profile/agent-profile';
import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Business } from '../domain/business.ts';
import type { BusinessProfileSchema } from './schema.ts';

type Tx = TenantTransaction<BusinessProfileSchema> | SystemTransaction<BusinessProfileSchema>;

/** Text, because a Date would lose the microseconds that order two changes in quick succession. */
const updatedAt = sql<string>`to_char(businesses.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The businesses of these ids that exist; each with its numbers in a fixed order. */
export async function readBusinesses(tx: Tx, businessIds: readonly string[]): Promise<Business[]> {
  if (businessIds.length === 0) return [];
  const rows = await tx
    .selectFrom('businesses')
    .selectAll('businesses')
    .select((eb) => [
      updatedAt.as('updatedAt'),
      jsonArrayFrom(
        eb
          .selectFrom('numbers')
          .select('numbers.number')
          .whereRef('numbers.business_id', '=', 'businesses.business_id')
          .orderBy('numbers.number'),
      ).as('numbers'),
    ])
    .where('businesses.business_id', 'in', businessIds)
    .execute();
  return rows.map((row) => ({
    businessId: row.business_id,
    name: row.name,
    timeZone: row.time_zone,
    pool: row.pool,
    maxConcurrentCalls: row.max_concurrent_calls,
    numbers: row.numbers.map(({ number }) => number),
    twilioAccountSid: row.twilio_account_sid,
    twilioAuthTokenSealed: row.twilio_auth_token_sealed,
    agent: agentProfile.parse(row.agent),
    openingHours: openingHours.parse(row.opening_hours),
    callerTrust: callerTrust.parse(row.caller_trust),
    fallback: fallback.parse(row.fallback),
    maxCallMs: row.max_call_ms,
    facts: row.facts,
    updatedAt: row.updatedAt,
  }));
}

export interface NumberVersion {
  readonly number: string;
  readonly businessId: string;
  readonly updatedAt: string;
}

/** Every number there is and how new its business is: small enough to be compared with the whole directory. */
export async function readNumberVersions(tx: SystemTransaction<BusinessProfileSchema>): Promise<NumberVersion[]> {
  return tx
    .selectFrom('numbers')
    .innerJoin('businesses', 'businesses.business_id', 'numbers.business_id')
    .select(['numbers.number', 'numbers.business_id as businessId', updatedAt.as('updatedAt')])
    .execute();
}
