import type { TenantTransaction } from '@frontdesk/persistence';
import type { BusinessProfileSchema } from './schema.ts';

type Tx = TenantTransaction<BusinessProfileSchema>;

/** @param key.keyHash all that is ever stored of an API key @returns its id */
export async function insertApiKey(
  tx: Tx,
  businessId: string,
  key: { readonly name: string; readonly keyHash: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('api_keys')
    .values({ business_id: businessId, name: key.name, key_hash: key.keyHash })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Remembers the user, not its credentials: by its public key it can be cut off later. @returns its id */
export async function insertEventCredentials(
  tx: Tx,
  businessId: string,
  credentials: { readonly name: string; readonly userPublicKey: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('event_credentials')
    .values({ business_id: businessId, name: credentials.name, user_public_key: credentials.userPublicKey })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
