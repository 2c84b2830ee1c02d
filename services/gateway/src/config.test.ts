// Pins: a gateway that starts with half a configuration, or does not say which variable is wrong.
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const good = {
  PUBLIC_URL: 'https://frontdesk.test/',
  NATS_URL: 'nats://127.0.0.1:4222',
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  SECRETS_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  TWILIO_AUTH_TOKEN: 'a-token',
};

test('what is required is enough', () => {
  expect(readConfig(good)).toMatchObject({
    publicUrl: 'https://frontdesk.test',
    port: 8080,
    pools: ['default'],
  });
});

test.each(Object.keys(good))('without %s it does not start, and says so', (variable) => {
  expect(() => readConfig({ ...good, [variable]: undefined })).toThrow(`${variable} is missing`);
});

test.each([
  ['PUBLIC_URL', 'ftp://frontdesk.test'],
  ['PORT', '80a'],
  ['POOLS', 'default,Big One'],
  ['DRAIN_MS', '-1'],
  ['CALLER_LIMIT', '-1'],
  ['CALLER_LIMIT_WINDOW', '60'],
  ['HOLD_MOST', 'soon'],
  ['TOKEN_KEYS', 'k1:short'],
  ['SECRETS_KEYS', 'nonsense'],
  ['NATS_CREDS', '/no/such/file'],
])('%s=%s is refused by name', (variable, value) => {
  expect(() => readConfig({ ...good, [variable]: value })).toThrow(`${variable} is not valid`);
});
