import { instant } from '@frontdesk/contracts/ids';
import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { knownPreferences } from '../domain/preferences.ts';
import type { RememberedCaller } from '../domain/recall.ts';
import type { CallerProfileSchema } from './schema.ts';

/** How many past calls are recalled. */
const RECALLED_CALLS = 5;

/** Of how many calls, of those that said any, the preferences are recalled. */
const CALLS_WITH_PREFERENCES = 20;

const pastCalls = z.array(z.object({ at: instant, summary: z.string() }));
const preferences = z.array(z.array(z.string()));

/** Recognition happens while the telephone rings, so it is one query, all of it by index. */
export async function findCallerByPhone(
  tx: TenantTransaction<CallerProfileSchema>,
  businessId: string,
  phone: string,
): Promise<RememberedCaller | undefined> {
  const row = await tx
    .selectFrom('callers')
    .where('business_id', '=', businessId)
    .where('phone', '=', phone)
    .select([
      'caller_id',
      'name',
      sql<unknown>`(
        select coalesce(json_agg(json_build_object('at', past.at, 'summary', past.summary) order by past.at desc), '[]')
        from (
          select at, summary from caller_profile.past_calls
          where business_id = callers.business_id and caller_id = callers.caller_id
          order by at desc limit ${sql.lit(RECALLED_CALLS)}
        ) as past)`.as('past_calls'),
      sql<unknown>`(
        select coalesce(json_agg(to_json(past.preferences) order by past.at desc), '[]')
        from (
          select at, preferences from caller_profile.past_calls
          where business_id = callers.business_id and caller_id = callers.caller_id and preferences <> '{}'
          order by at desc limit ${sql.lit(CALLS_WITH_PREFERENCES)}
        ) as past)`.as('preferences'),
    ])
    .executeTakeFirst();
  return (
    row && {
      callerId: row.caller_id,
      name: row.name,
      pastCalls: pastCalls.parse(row.past_calls),
      preferences: knownPreferences(preferences.parse(row.preferences)),
    }
  );
}
