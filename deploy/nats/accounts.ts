/**
 * The NATS accounts in operator mode, made from a handful of keys: signing everything anew is cheap and gives the same
 * identities, so only the keys are kept.
 *
 * - `SYS`: the system account. One user may push account claims (business-profile, to add a business at run time).
 * - `SERVICES`: holds JetStream. One user per service with its own subject lists, and `admin` for provisioning.
 * - One account per business, made at run time by libs/messaging/src/business-account.ts and pushed to the resolver.
 *
 * SERVICES exports to businesses, and to nobody without an activation token it signed: the events, and of the consumer
 * API only INFO, NEXT and ACK. An activation names one business's own subjects, so adding a business never changes
 * this account.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EVENTS_SUBJECTS } from '@frontdesk/contracts/event';
import { ACCOUNT_LIMITS, businessExports, inboxPrefix } from '@frontdesk/messaging';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { z } from 'zod';
import { type SubjectLists, serviceNames, servicePermissions } from './permissions.ts';

/** Seeds of every key there is. Whoever holds `operator` or `operatorSigning` can make any account. */
export const natsKeys = z.object({
  operator: z.string(),
  /** Signs accounts in the place of the operator's own key; business-profile has it (NATS_OPERATOR_SEED). */
  operatorSigning: z.string(),
  system: z.string(),
  services: z.string(),
  /** Signs activation tokens for the services' account; business-profile has it (NATS_ACTIVATION_SEED). */
  activation: z.string(),
});
export type NatsKeys = z.infer<typeof natsKeys>;

export interface NatsAccounts {
  readonly keys: NatsKeys;
  readonly operatorJwt: string;
  readonly system: { publicKey: string; jwt: string };
  readonly services: { publicKey: string; jwt: string };
  /** `.creds` file texts: every service by its name, `admin`, `system` (all of SYS), `claims` (pushes accounts). */
  readonly creds: Readonly<Record<string, string>>;
}

export function newKeys(): NatsKeys {
  return {
    operator: seedOf(createOperator()),
    operatorSigning: seedOf(createOperator()),
    system: seedOf(createAccount()),
    services: seedOf(createAccount()),
    activation: seedOf(createAccount()),
  };
}

export async function mintAccounts(keys: NatsKeys): Promise<NatsAccounts> {
  const operator = keyOf(keys.operator);
  const system = keyOf(keys.system);
  const services = keyOf(keys.services);
  const creds: Record<string, string> = {};
  for (const service of serviceNames) creds[service] = await user(service, services, servicePermissions(service));
  creds.admin = await user('admin', services, { publish: ['>'], subscribe: ['>'] });
  creds.system = await user('system', system, { publish: ['>'], subscribe: ['>'] });
  creds.claims = await user('claims', system, {
    publish: ['$SYS.REQ.CLAIMS.UPDATE'],
    subscribe: [`${inboxPrefix('claims')}.>`],
  });
  return {
    keys,
    operatorJwt: await encodeOperator('frontdesk', operator, {
      signing_keys: [keyOf(keys.operatorSigning).getPublicKey()],
      system_account: system.getPublicKey(),
    }),
    system: {
      publicKey: system.getPublicKey(),
      jwt: await encodeAccount('SYS', system, { limits: ACCOUNT_LIMITS }, { signer: operator }),
    },
    services: {
      publicKey: services.getPublicKey(),
      jwt: await encodeAccount(
        'SERVICES',
        services,
        {
          limits: { ...ACCOUNT_LIMITS, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
          signing_keys: [keyOf(keys.activation).getPublicKey()],
          exports: businessExports(EVENTS_SUBJECTS),
        },
        { signer: operator },
      ),
    },
    creds,
  };
}

/** What makes a nats-server run these accounts; goes into its configuration file. */
export function operatorConfig(accounts: NatsAccounts, resolverDir: string): string {
  return [
    `operator: ${accounts.operatorJwt}`,
    `system_account: ${accounts.system.publicKey}`,
    'resolver {',
    '  type: full',
    `  dir: ${JSON.stringify(resolverDir)}`,
    '  interval: "2m"',
    '}',
    'resolver_preload {',
    `  ${accounts.system.publicKey}: ${accounts.system.jwt}`,
    `  ${accounts.services.publicKey}: ${accounts.services.jwt}`,
    '}',
  ].join('\n');
}

/** The keys in this file; made and written at the first time. */
export async function loadOrCreateKeys(file: string): Promise<NatsKeys> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return natsKeys.parse(JSON.parse(text));
  const keys = newKeys();
  await writeSecret(file, `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

/** Writes `<name>.creds` for every user. */
export async function writeCreds(dir: string, accounts: NatsAccounts): Promise<void> {
  for (const [name, text] of Object.entries(accounts.creds)) await writeSecret(join(dir, `${name}.creds`), text);
}

async function writeSecret(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function user(name: string, account: KeyPair, { publish, subscribe }: SubjectLists): Promise<string> {
  const key = createUser();
  const jwt = await encodeUser(name, key, account, {
    pub: { allow: [...publish] },
    sub: { allow: [...subscribe] },
  });
  return new TextDecoder().decode(fmtCreds(jwt, key));
}

function keyOf(seed: string): KeyPair {
  return fromSeed(new TextEncoder().encode(seed));
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}
