// Pins: identities that change with a restart, exports that are open to anybody, a secret where it does not belong.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, decode, type Operator, type User } from '@nats-io/jwt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadOrCreateKeys, mintAccounts, newKeys, operatorConfig, writeCreds } from './accounts.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frontdesk-accounts-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('the same keys make the same accounts', async () => {
  const file = join(dir, 'keys.json');
  const first = await mintAccounts(await loadOrCreateKeys(file));
  const second = await mintAccounts(await loadOrCreateKeys(file));
  expect(second.services.publicKey).toBe(first.services.publicKey);
  expect(second.system.publicKey).toBe(first.system.publicKey);
  expect(decode(second.services.jwt).iss).toBe(decode(first.services.jwt).iss);
});

test('every export needs an activation, and only the consumer calls of one stream are exported', async () => {
  const { services } = await mintAccounts(newKeys());
  const { exports = [], imports = [] } = decode<Account>(services.jwt).nats;
  expect(imports).toEqual([]);
  expect(exports.every((item) => item.token_req === true)).toBe(true);
  expect(exports.map((item) => item.subject)).toEqual([
    'events.*.>',
    '$JS.API.CONSUMER.INFO.EVENTS.*',
    '$JS.API.CONSUMER.MSG.NEXT.EVENTS.*',
    '$JS.ACK.EVENTS.*.>',
    '$JS.ACK.*.*.EVENTS.*.>',
  ]);
});

test('no user may answer to any subject it was asked from', async () => {
  const { creds } = await mintAccounts(newKeys());
  for (const [name, text] of Object.entries(creds)) {
    const jwt = text.split('\n')[1] ?? '';
    const user = decode<User>(jwt).nats;
    expect(user.resp, name).toBeUndefined();
    expect(user.pub?.allow?.length, name).toBeGreaterThan(0);
    expect(user.sub?.allow?.length, name).toBeGreaterThan(0);
  }
});

test('the operator’s own key is needed by nobody at run time: accounts may be signed by its signing key', async () => {
  const keys = newKeys();
  const { operatorJwt } = await mintAccounts(keys);
  const { signing_keys: signing = [] } = decode<Operator>(operatorJwt).nats;
  expect(signing).toHaveLength(1);
  expect(operatorJwt).not.toContain(keys.operatorSigning);
});

test('the server’s configuration holds public things only; files of secrets are the owner’s alone', async () => {
  const keys = await loadOrCreateKeys(join(dir, 'keys.json'));
  const accounts = await mintAccounts(keys);
  const config = operatorConfig(accounts, join(dir, 'accounts'));
  for (const seed of Object.values(keys)) expect(config).not.toContain(seed);
  await writeCreds(join(dir, 'creds'), accounts);
  const files = (await readdir(join(dir, 'creds'))).map((name) => join(dir, 'creds', name));
  expect(files.length).toBeGreaterThan(6);
  for (const file of [join(dir, 'keys.json'), ...files]) expect((await stat(file)).mode & 0o077).toBe(0);
});
