import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  POD_ID: 'bridge-1',
  NATS_URL: 'nats://127.0.0.1:4222',
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  OPENAI_API_KEY: 'sk-test',
};

it('has a default for everything but identity, servers and secrets', () => {
  expect(readConfig(env)).toMatchObject({ podId: 'bridge-1', capacity: 50, pool: 'default' });
});

it.each(Object.keys(env))('stops and names %s when it is missing', (name) => {
  expect(() => readConfig({ ...env, [name]: undefined })).toThrow(name);
});

it.each([
  ['POD_ID', 'Not A Token'],
  ['POD_ADDRESS', 'somewhere'],
  ['CAPACITY', '-7'],
  ['BRIDGE_PORT', 'abc'],
  ['OPENAI_REALTIME_URL', 'https://api.openai.com/v1/realtime'],
])('stops and names %s when it is malformed, without its value', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
  expect(() => readConfig({ ...env, [name]: value })).not.toThrow(value);
});
