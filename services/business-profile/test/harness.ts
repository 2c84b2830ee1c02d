/** The real service on a database of its own, and whoever asks it. */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { agentProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import { type DirectoryEntry, directory, directoryKey } from '@frontdesk/contracts/kv/directory';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createTestDatabase } from '@frontdesk/persistence/testing';
import type { RunningService } from '@frontdesk/service';
import pg from 'pg';
import type { z } from 'zod';
import { migrations, readConfig, startService } from '../src/service.ts';

export const SECRETS_KEYS = `k1:${randomBytes(32).toString('base64')}`;

export interface Harness extends AsyncDisposable {
  /** Sees all businesses: the service's system role. */
  readonly sql: pg.Client;
  readonly gateway: Messaging;
  readonly bridge: Messaging;
  readonly operator: Messaging;
  /** What a gateway would read for a number. */
  entry(number: string): Promise<DirectoryEntry | undefined>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase({ service: 'business_profile', migrations }));
  const sql = new pg.Client({ connectionString: database.systemUrl });
  await sql.connect();
  await sql.query(`set app.actor = 'system:test'`);
  stack.defer(() => sql.end());
  const boot = () => startService(readConfig(environmentFor(database)));
  let service: RunningService | undefined = await boot();
  stack.defer(() => service?.[Symbol.asyncDispose]());
  const gateway = stack.use(await connectForTest('gateway'));
  const bridge = stack.use(await connectForTest('media-bridge'));
  const operator = stack.use(await connectForTest('admin'));
  const bucket = await gateway.bucket(directory);
  const owned = stack.move();
  return {
    sql,
    gateway,
    bridge,
    operator,
    entry: async (number) => (await bucket.get(directoryKey(number)))?.value,
    async stop() {
      await service?.[Symbol.asyncDispose]();
      service = undefined;
    },
    async start() {
      service = await boot();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function environmentFor(database: { url: string; systemUrl: string }): Record<string, string> {
  const nats = testNats();
  return {
    LOG_LEVEL: 'silent',
    NATS_URL: nats.url,
    NATS_CREDS: join(nats.credsDir, 'business-profile.creds'),
    NATS_SYSTEM_CREDS: nats.claimsCreds,
    NATS_SERVICES_ACCOUNT: nats.servicesAccount,
    NATS_ACTIVATION_SEED: nats.activationSeed,
    NATS_OPERATOR_SEED: nats.operatorSeed,
    SECRETS_KEYS,
    DATABASE_URL: database.url,
    DATABASE_SYSTEM_URL: database.systemUrl,
    DIRECTORY_RECONCILE_INTERVAL: '100ms',
  };
}

export type Definition = z.input<typeof createBusiness.request>;

/** A number nobody else in this test run has: 555-01xx in a random area. */
export function newNumber(): string {
  return `+1${randomInt(200, 999)}55501${String(randomInt(100)).padStart(2, '0')}`;
}

export function definition(overrides: Partial<Definition> = {}): Definition {
  return {
    businessId: `b-${randomBytes(6).toString('hex')}`,
    name: 'Alder Home Services',
    timeZone: 'America/Chicago',
    numbers: [newNumber()],
    twilio: { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: randomBytes(16).toString('hex') },
    agent: agentProfile.parse({ instructions: 'Be brief.' }),
    openingHours: { weekly: [{ weekday: 1, opens: '09:00', closes: '17:00' }] },
    ...overrides,
  };
}

export function create({ operator }: Harness, wanted: Definition) {
  return operator.request(createBusiness, NO_BUSINESS, wanted);
}

/** @returns the definition of a business that exists now, and its first number */
export async function newBusiness(harness: Harness): Promise<Definition & { number: string }> {
  const wanted = definition();
  await create(harness, wanted);
  const [number = ''] = wanted.numbers;
  return { ...wanted, number };
}
