/**
 * Adds a business. Repeatable: the same again answers the same and finishes whatever an earlier try left undone;
 * another definition under the same id is refused.
 */
import { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Actor } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { type Business, type BusinessDefinition, isSameDefinition } from '../domain/business.ts';
import { faultInOpeningHours } from '../domain/opening-hours.ts';
import { accountSeedPlace, twilioTokenPlace } from '../domain/sealed-places.ts';
import { searchConfigFor } from '../domain/search-config.ts';
import { readBusinesses } from '../store/business-reader.ts';
import { insertBusiness, type NewBusiness, NumberTakenError } from '../store/business-writer.ts';

type Request = z.output<typeof createBusiness.request>;

const OPERATOR: Actor = { kind: 'system', id: 'operator' };

export async function serveCreateBusiness(context: Context): Promise<void> {
  await context.messaging.serve(createBusiness, async (request) => {
    const { businessId } = request;
    const fault = faultInOpeningHours(request.openingHours);
    if (fault) throw new WireError('invalid', fault, { issues: [{ path: 'openingHours.weekly', message: fault }] });

    // An earlier one is looked for first: making an account costs ten signatures, and repetition is what seeding does.
    const earlier = await readExisting(context, businessId);
    const repeated = earlier !== undefined || !(await insert(context, request));
    const existing = earlier ?? (repeated ? await readExisting(context, businessId) : undefined);
    if (repeated && !(existing && isSame(context, existing, request))) {
      throw new WireError('conflict', 'there is another business of this id');
    }
    await makeReachable(context, businessId);
    context.events.businessCreated({ businessId, repeated });
    return { businessId };
  });
}

async function readExisting(context: Context, businessId: string): Promise<Business | undefined> {
  const [found] = await context.db.readAsTenant(businessId, OPERATOR, (tx) => readBusinesses(tx, [businessId]));
  return found;
}

/** @returns false when somebody else added it in the meantime */
async function insert(context: Context, request: Request): Promise<boolean> {
  const business = await newBusiness(context, request);
  try {
    return await context.db.asTenant(request.businessId, OPERATOR, (tx) => insertBusiness(tx, business));
  } catch (error) {
    if (!(error instanceof NumberTakenError)) throw error;
    throw new WireError('conflict', 'one of the numbers is already in use', { cause: error });
  }
}

async function newBusiness({ accounts, keyRing }: Context, request: Request): Promise<NewBusiness> {
  const { businessId, twilio } = request;
  const account = await accounts.newAccount(businessId);
  return {
    ...definitionOf(request),
    businessId,
    twilioAuthTokenSealed: keyRing.encrypt(twilio.authToken, twilioTokenPlace(twilio.accountSid)),
    searchConfig: searchConfigFor(request.agent.languages[0]),
    accountPublicKey: account.publicKey,
    accountSeedSealed: keyRing.encrypt(account.accountSeed, accountSeedPlace(businessId)),
    accountJwt: account.accountJwt,
  };
}

function definitionOf(request: Request): BusinessDefinition {
  const { businessId: _, twilio, numbers, ...definition } = request;
  return { ...definition, numbers: [...new Set(numbers)], twilioAccountSid: twilio.accountSid };
}

/** The token is compared in the clear: sealed twice, it is never the same text. */
function isSame({ keyRing }: Context, existing: Business, request: Request): boolean {
  if (!isSameDefinition(existing, definitionOf(request))) return false;
  const token = keyRing.decrypt(existing.twilioAuthTokenSealed, twilioTokenPlace(existing.twilioAccountSid));
  return token === request.twilio.authToken;
}

/** The business is committed; if this fails the next pass or the next try finishes it. */
async function makeReachable(context: Context, businessId: string): Promise<void> {
  try {
    await context.reconciler.business(businessId);
  } catch (error) {
    context.log.error({ err: error, businessId }, 'a new business could not be made reachable yet');
    throw new WireError('unavailable', 'the business is stored but not reachable yet; try again', { cause: error });
  }
}
