import { randomBytes } from 'node:crypto';
import { createApiKey } from '@frontdesk/contracts/business-profile/create-api-key';
import { actorOf } from '@frontdesk/persistence';
import { hashApiKey } from '@frontdesk/secrets';
import type { Context } from '../context.ts';
import { requireAccount } from '../store/account-reader.ts';
import { insertApiKey } from '../store/key-writer.ts';

/** The key is in the reply and nowhere else. A repeated request makes another key: the first cannot be shown again. */
export async function serveCreateApiKey(context: Context): Promise<void> {
  await context.messaging.serve(createApiKey, async ({ name }, rpc) => {
    const { businessId } = rpc;
    const apiKey = `fd_${randomBytes(32).toString('base64url')}`;
    const keyId = await context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
      await requireAccount(tx, businessId);
      return insertApiKey(tx, businessId, { name, keyHash: hashApiKey(apiKey) });
    });
    context.events.apiKeyCreated({ businessId, keyId });
    return { keyId, apiKey };
  });
}
