import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { findKeyOwner } from '../store/api-key-reader.ts';

/** The tenant is what is asked for, so this is the one request that the system role answers. */
export async function serveAuthenticateApiKey(context: Context): Promise<void> {
  await context.messaging.serve(authenticateApiKey, async ({ keyHash }) => {
    const owner = await context.db.asSystem({ kind: 'service', id: 'api-key-lookup' }, (tx) =>
      findKeyOwner(tx, keyHash),
    );
    context.events.apiKeyChecked({ known: owner !== undefined });
    if (!owner) throw new WireError('denied', 'this API key is not known');
    return owner;
  });
}
