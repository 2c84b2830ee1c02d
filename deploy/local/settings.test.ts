// Pins: a variable that is meant to replace one part and replaces another, or none.
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const account = `AC${'0'.repeat(32)}`;

test('an empty environment embeds everything', () => {
  const settings = readSettings({});
  expect(settings.outside).toEqual({});
  expect(settings).toMatchObject({ gateways: 1, bridges: 2, port: 8080, publicUrl: 'https://frontdesk.test' });
});

test('a key alone means OpenAI itself, for both endpoints', () => {
  expect(readSettings({ OPENAI_API_KEY: 'sk-x' }).outside).toMatchObject({
    realtimeUrl: 'wss://api.openai.com/v1/realtime',
    openAiUrl: 'https://api.openai.com/v1',
  });
});

test('an address replaces its own endpoint only, and the key is that address’s', () => {
  const { outside } = readSettings({ OPENAI_API_KEY: 'k', OPENAI_REALTIME_URL: 'ws://127.0.0.1:1/v1/realtime' });
  expect(outside.realtimeUrl).toBe('ws://127.0.0.1:1/v1/realtime');
  expect(outside.openAiUrl).toBeUndefined();
});

test('an endpoint of one’s own may have a certificate authority of one’s own', () => {
  const own = { OPENAI_API_KEY: 'k', OPENAI_REALTIME_URL: 'wss://127.0.0.1:1/v1/realtime', OPENAI_CA_FILE: '/ca.pem' };
  expect(readSettings(own).outside.realtimeCaFile).toBe('/ca.pem');
});

test.each([
  [{ TWILIO_ACCOUNT_SID: account }, 'TWILIO_AUTH_TOKEN'],
  [{ TWILIO_API_URL: 'http://127.0.0.1:1' }, 'TWILIO_ACCOUNT_SID'],
  [{ NATS_URL: 'nats://127.0.0.1:4222' }, 'NATS_KEYS_FILE'],
  [{ GATEWAYS: '0' }, 'GATEWAYS'],
  [{ PUBLIC_URL: 'frontdesk.test' }, 'PUBLIC_URL'],
])('%o is refused by the name of %s', (env, variable) => {
  expect(() => readSettings(env)).toThrow(variable);
});
