/**
 * The NATS server as the keeper of businesses' accounts. Claims go over the system account, on a connection opened for
 * the purpose: businesses are added rarely, and a standing connection with that power is one more thing to steal.
 */
import { readFile } from 'node:fs/promises';
import { withDeadline } from '@frontdesk/lifecycle';
import {
  type BusinessAccount,
  businessAccount,
  businessUser,
  createBusinessConsumer,
  inboxPrefix,
  type Messaging,
  pushAccount,
} from '@frontdesk/messaging';
import { connect, credsAuthenticator, type NatsConnection } from 'nats';
import type { Config } from '../config.ts';

const CONNECT_TIMEOUT_MS = 3_000;

/** All that is needed of an account to make the server know it. */
export interface PushableAccount {
  readonly businessId: string;
  readonly accountJwt: string;
}

export interface NatsServer {
  /** Makes a new account for a business. Nobody but us knows of it yet. */
  newAccount(businessId: string): Promise<BusinessAccount>;
  /** Gives the accounts to the server with their durable consumers, one after the other. Repeatable. */
  push(accounts: readonly PushableAccount[], pushed: (account: PushableAccount) => Promise<void>): Promise<void>;
  /** @returns the text of a `.creds` file, and the public key by which it can be revoked */
  newUser(businessId: string, accountSeed: string, name: string): Promise<{ creds: string; publicKey: string }>;
}

export function natsServer(config: Pick<Config, 'nats' | 'secrets'>, messaging: Messaging): NatsServer {
  const { servicesAccount, servers, systemCredsFile } = config.nats;
  return {
    newAccount: (businessId) =>
      businessAccount({
        businessId,
        servicesAccount,
        activationSeed: config.secrets.activationSeed,
        operatorSeed: config.secrets.operatorSeed,
      }),
    newUser: (businessId, accountSeed, name) => businessUser({ businessId, accountSeed, name }),

    async push(accounts, pushed) {
      if (accounts.length === 0) return;
      const system = await connect({
        servers: [...servers],
        authenticator: credsAuthenticator(await readFile(systemCredsFile)),
        name: 'business-profile accounts',
        // The only inbox that these credentials may read.
        inboxPrefix: inboxPrefix('claims'),
        timeout: CONNECT_TIMEOUT_MS,
        reconnect: false,
      });
      try {
        const failures: unknown[] = [];
        for (const account of accounts) {
          // One business that the server refuses must not keep the others from being reachable.
          await pushOne(system, messaging.raw, account, pushed).catch((error: unknown) => failures.push(error));
        }
        if (failures.length > 0) throw new AggregateError(failures, 'the server did not take every account');
      } finally {
        await withDeadline('closing the system connection', CONNECT_TIMEOUT_MS, system.close());
      }
    },
  };
}

async function pushOne(
  system: NatsConnection,
  services: NatsConnection,
  account: PushableAccount,
  pushed: (account: PushableAccount) => Promise<void>,
): Promise<void> {
  await pushAccount(system, account.accountJwt);
  await createBusinessConsumer(services, account.businessId);
  await pushed(account);
}
