import { WireError } from '@frontdesk/contracts/wire-error';
import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import type { BusinessProfileSchema } from './schema.ts';

export interface StoredAccount {
  readonly businessId: string;
  readonly accountJwt: string;
  readonly accountSeedSealed: string;
}

const columns = [
  'business_id as businessId',
  'account_jwt as accountJwt',
  'account_seed_sealed as accountSeedSealed',
] as const;

/**
 * The NATS account of a business.
 * @throws WireError `not_found` when there is no such business
 */
export async function requireAccount(
  tx: TenantTransaction<BusinessProfileSchema>,
  businessId: string,
): Promise<StoredAccount> {
  const account = await tx
    .selectFrom('businesses')
    .select(columns)
    .where('business_id', '=', businessId)
    .executeTakeFirst();
  if (!account) throw new WireError('not_found', 'there is no such business');
  return account;
}

export interface AccountsWanted {
  /** Also those that have been given to the server before, in case it has lost them. */
  readonly alsoPushed: boolean;
  /** Of this business only. */
  readonly businessId?: string;
}

/** The accounts that the NATS server may not know. */
export async function readAccountsToPush(
  tx: SystemTransaction<BusinessProfileSchema>,
  { alsoPushed, businessId }: AccountsWanted,
): Promise<StoredAccount[]> {
  return tx
    .selectFrom('businesses')
    .select(columns)
    .$if(!alsoPushed, (query) => query.where('account_pushed_at', 'is', null))
    .$if(businessId !== undefined, (query) => query.where('business_id', '=', businessId ?? ''))
    .orderBy('business_id')
    .execute();
}
