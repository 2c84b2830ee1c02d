/** A business as it is added at run time, and a client that holds its credentials. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { callStarted } from '@frontdesk/contracts/events/call';
import {
  type BusinessAccount,
  businessAccount,
  businessUser,
  connectNats,
  createBusinessConsumer,
  type Messaging,
  pushAccount,
} from '@frontdesk/messaging';
import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { connect, credsAuthenticator, type NatsConnection } from 'nats';
import type { TestNats } from '../../../deploy/nats/testing.ts';

export interface TestBusiness {
  id: string;
  account: BusinessAccount;
  creds: string;
  userPublicKey: string;
}

export function newBusinessId(): string {
  return `b${randomBytes(6).toString('hex')}`;
}

/** The steps business-profile takes, with the two credentials it has. */
export async function addBusiness(nats: TestNats, id = newBusinessId()): Promise<TestBusiness> {
  const account = await accountOf(nats, id);
  await push(nats, account.accountJwt);
  const { url, credsDir } = nats;
  const services = await connectNats({
    servers: url,
    credsFile: join(credsDir, 'business-profile.creds'),
    service: 'business-profile',
    instanceId: 'add-business',
  });
  await createBusinessConsumer(services, id);
  await services.close();
  const user = await businessUser({ businessId: id, accountSeed: account.accountSeed, name: 'test' });
  return { id, account, creds: user.creds, userPublicKey: user.publicKey };
}

export function accountOf(
  { servicesAccount, activationSeed, operatorSeed }: TestNats,
  id: string,
  more: { accountSeed?: string; revoked?: Record<string, number> } = {},
): Promise<BusinessAccount> {
  return businessAccount({ businessId: id, servicesAccount, activationSeed, operatorSeed, ...more });
}

export async function push({ url, claimsCreds }: TestNats, accountJwt: string): Promise<void> {
  const system = await connectNats({ servers: url, credsFile: claimsCreds, service: 'claims', instanceId: 'push' });
  try {
    await pushAccount(system, accountJwt);
  } finally {
    await system.close();
  }
}

/** A client of the business's own choosing: the defaults, nothing of ours. */
export function connectAs({ url }: TestNats, creds: string): Promise<NatsConnection> {
  return connect({
    servers: url,
    authenticator: credsAuthenticator(new TextEncoder().encode(creds)),
    reconnect: false,
    timeout: 5_000,
  });
}

/**
 * Credentials that nobody issues: a user of the business's account without any list of subjects. What it cannot do is
 * prevented by the walls between accounts alone, whatever a user's list says.
 */
export async function unrestrictedUser({ account }: TestBusiness): Promise<string> {
  const key = createUser();
  const signer = fromSeed(new TextEncoder().encode(account.accountSeed));
  const everything = { allow: ['>'] };
  const jwt = await encodeUser('unrestricted', key, signer, { pub: everything, sub: everything });
  return new TextDecoder().decode(fmtCreds(jwt, key));
}

export async function reportCall(bridge: Messaging, businessId: string, digit: string): Promise<string> {
  const callSid = `CA${digit.repeat(32)}`;
  const now = Temporal.Now.instant();
  await bridge.publishEvent(callStarted, {
    id: `${callSid}:1:0`,
    businessId,
    subject: callSid,
    sequence: 0,
    time: now,
    data: { callSid, direction: 'inbound', from: null, to: '+13125550142', startedAt: now.toString() },
  });
  return callSid;
}
