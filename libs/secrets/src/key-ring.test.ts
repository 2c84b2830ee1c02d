// Pins: a stored secret that opens in another row, survives tampering, or is lost when keys rotate.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashApiKey } from './api-key.ts';
import { createKeyRing } from './key-ring.ts';
import { SecretsError } from './secrets-error.ts';

const key = () => randomBytes(32).toString('base64');
const [k1, k2] = [key(), key()];
const reasonOf = (fn: () => unknown) => {
  try {
    fn();
  } catch (error) {
    if (error instanceof SecretsError) return error.reason;
    throw error;
  }
  return 'none';
};

test('opens what it sealed, and never seals twice the same', () => {
  const ring = createKeyRing(`k1:${k1}`);
  for (const plain of ['', 'token', 'ключ ☎'.repeat(50)]) {
    const sealed = ring.encrypt(plain, 'b1/twilio');
    expect(ring.decrypt(sealed, 'b1/twilio')).toBe(plain);
    expect(ring.encrypt(plain, 'b1/twilio')).not.toBe(sealed);
  }
});

test('does not open in another place', () => {
  const ring = createKeyRing(`k1:${k1}`);
  const sealed = ring.encrypt('token', 'b1/twilio');
  expect(reasonOf(() => ring.decrypt(sealed, 'b2/twilio'))).toBe('forged');
});

test('notices every changed byte', () => {
  const ring = createKeyRing(`k1:${k1}`);
  const sealed = ring.encrypt('token', 'a');
  const [version, id, body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(reasonOf(() => ring.decrypt(`${version}.${id}.${changed.toString('base64url')}`, 'a'))).toBe('forged');
  }
});

test('rotation: the first key seals, all open, a dropped one is named', () => {
  const old = createKeyRing(`k1:${k1}`).encrypt('token', 'a');
  const rotated = createKeyRing(`k2:${k2},k1:${k1}`);
  expect(rotated.decrypt(old, 'a')).toBe('token');
  expect(rotated.encrypt('token', 'a')).toMatch(/^v1\.k2\./);
  const afterwards = createKeyRing(`k2:${k2}`);
  expect(reasonOf(() => afterwards.decrypt(old, 'a'))).toBe('unknown_key');
  // The same id with another key must not pass for the old one.
  expect(reasonOf(() => createKeyRing(`k1:${k2}`).decrypt(old, 'a'))).toBe('forged');
});

test.each(['', 'plain text', 'v1.k1', 'v1.k1.AAAA', 'v2.k1.'.padEnd(80, 'A'), `v1.k1.${'A'.repeat(80)}.x`])(
  'refuses what it did not make: %s',
  (sealed) => {
    expect(reasonOf(() => createKeyRing(`k1:${k1}`).decrypt(sealed, 'a'))).toBe('malformed');
  },
);

test.each([
  '',
  'k1',
  'k1:',
  'k1:short',
  `:${k1}`,
  `k1:${k1},k1:${k2}`,
  `k 1:${k1}`,
  `k1:${k1.slice(0, -4)}!!!!`,
  `k1:${k1},`,
])('refuses unusable keys without printing them: %s', (spec) => {
  const failure = (() => {
    try {
      return createKeyRing(spec);
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toMatchObject({ name: 'SecretsError', reason: 'bad_keys' });
  expect(String(failure)).not.toContain(k1.slice(0, 20));
});

test('API keys are stored as SHA-256', () => {
  expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
