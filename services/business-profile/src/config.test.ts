/** Pins that a wrong environment stops the start with the variable's name, and that no secret is ever in the message. */
import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const environment = {
  NATS_URL: 'nats://127.0.0.1:4222,nats://127.0.0.1:4223',
  NATS_CREDS: import.meta.filename,
  NATS_SYSTEM_CREDS: import.meta.filename,
  NATS_SERVICES_ACCOUNT: `A${'A'.repeat(55)}`,
  NATS_ACTIVATION_SEED: `SA${'A'.repeat(56)}`,
  NATS_OPERATOR_SEED: `SO${'A'.repeat(56)}`,
  SECRETS_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  DATABASE_URL: 'postgres://frontdesk_business_profile:hunter2@127.0.0.1/frontdesk',
  DATABASE_SYSTEM_URL: 'postgres://frontdesk_business_profile_system:hunter2@127.0.0.1/frontdesk',
};

it('reads a whole environment', () => {
  expect(readConfig(environment)).toMatchObject({
    nats: { servers: ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4223'] },
    reconcileEveryMs: 30_000,
    secrets: { keyRing: `k1:${Buffer.alloc(32, 1).toString('base64')}` },
  });
});

it('names every variable that is missing or wrong', () => {
  const { SECRETS_KEYS: _, ...incomplete } = environment;
  const start = () => readConfig({ ...incomplete, NATS_OPERATOR_SEED: 'SAhunter2' });
  expect(start).toThrow('SECRETS_KEYS is missing');
  expect(start).toThrow('NATS_OPERATOR_SEED is not valid: must be the seed of an operator signing key');
  expect(start).not.toThrow('hunter2');
});
