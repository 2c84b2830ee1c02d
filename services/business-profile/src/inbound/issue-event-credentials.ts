import { issueEventCredentials } from '@frontdesk/contracts/business-profile/issue-event-credentials';
import { businessEventAccess } from '@frontdesk/messaging';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { accountSeedPlace } from '../domain/sealed-places.ts';
import { requireAccount } from '../store/account-reader.ts';
import { insertEventCredentials } from '../store/key-writer.ts';

/** The credentials are in the reply and nowhere else; what is kept is the key by which they can be revoked. */
export async function serveIssueEventCredentials(context: Context): Promise<void> {
  await context.messaging.serve(issueEventCredentials, async ({ name }, rpc) => {
    const { businessId } = rpc;
    const { accounts, db, keyRing, events } = context;
    const issued = await db.asTenant(businessId, actorOf(rpc), async (tx) => {
      const { accountSeedSealed } = await requireAccount(tx, businessId);
      const accountSeed = keyRing.decrypt(accountSeedSealed, accountSeedPlace(businessId));
      const user = await accounts.newUser(businessId, accountSeed, name);
      const id = await insertEventCredentials(tx, businessId, { name, userPublicKey: user.publicKey });
      return { id, creds: user.creds };
    });
    events.eventCredentialsIssued({ businessId, credentialsId: issued.id });
    return { creds: issued.creds, ...businessEventAccess(businessId) };
  });
}
