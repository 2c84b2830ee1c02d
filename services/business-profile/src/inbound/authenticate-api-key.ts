import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { WireError } from '@frontdesk/contracts/wire-error';
import { inbound } from '../context.ts';
import { findKeyOwner } from '../store/api-key-reader.ts';

/** The tenant is what is asked for, so this is the one request that the system role answers. */
export const serveAuthenticateApiKey = inbound(authenticateApiKey, (context) => async ({ keyHash }) => {
  const owner = await context.db.asSystem({ kind: 'service', id: 'api-key-lookup' }, (tx) => findKeyOwner(tx, keyHash));
  context.events.apiKeyChecked({ known: owner !== undefined });
  if (!owner) throw new WireError('denied', 'this API key is not known');
  return owner;
});
