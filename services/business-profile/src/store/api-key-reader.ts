import type { SystemTransaction } from '@frontdesk/persistence';
import type { BusinessProfileSchema } from './schema.ts';

/** Whose key has this hash. Asked before the tenant is known, hence by the system role. Revoked keys have no owner. */
export async function findKeyOwner(
  tx: SystemTransaction<BusinessProfileSchema>,
  keyHash: string,
): Promise<{ businessId: string; keyId: string } | undefined> {
  return tx
    .selectFrom('api_keys')
    .select(['business_id as businessId', 'id as keyId'])
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}
