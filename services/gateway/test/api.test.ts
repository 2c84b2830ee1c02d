// Pins: the management API served without a key, to the wrong business, or with errors that do not say what is wrong.
import { randomBytes } from 'node:crypto';
import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { getCall } from '@frontdesk/contracts/transcript/get-call';
import { listCalls } from '@frontdesk/contracts/transcript/list-calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { RunningGateway } from '@frontdesk/gateway/service';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { hashApiKey } from '@frontdesk/secrets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newBusinessId, newCallSid, startGateway } from './world.ts';

const apiKey = `fd_${randomBytes(32).toString('base64url')}`;
const businessId = newBusinessId();
const askedFor: string[] = [];
let gateway: RunningGateway;
let profile: Messaging;
let transcript: Messaging;

beforeAll(async () => {
  gateway = await startGateway();
  profile = await connectForTest('business-profile');
  transcript = await connectForTest('transcript');
  await profile.serve(authenticateApiKey, async ({ keyHash }) => {
    if (keyHash !== hashApiKey(apiKey)) throw new WireError('denied', 'no such key');
    return { businessId, keyId: '00000000-0000-4000-8000-000000000001' };
  });
  await transcript.serve(listCalls, async (_request, context) => {
    askedFor.push(context.businessId);
    return { calls: [], nextCursor: null };
  });
  await transcript.serve(getCall, async () => {
    throw new WireError('not_found', 'there is no such call');
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await profile[Symbol.asyncDispose]();
  await transcript[Symbol.asyncDispose]();
});

async function get(path: string, key: string | null = apiKey) {
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  });
  return { status: response.status, body: await response.json() };
}

test('the key decides the business', async () => {
  expect(await get('/api/v1/voice/call-history?limit=5')).toEqual({
    status: 200,
    body: { success: true, calls: [], next_cursor: null },
  });
  expect(askedFor).toEqual([businessId]);
});

test.each([
  ['without a key', null],
  ['with something that is no key', 'hello'],
  ['with a key nobody has', `fd_${'A'.repeat(43)}`],
])('%s: 401', async (_what, key) => {
  const { status, body } = await get('/api/v1/voice/call-history', key);
  expect(status).toBe(401);
  expect(body).toMatchObject({ success: false, error: { code: 'unauthenticated' } });
});

test('what is wrong is named', async () => {
  const { status, body } = await get('/api/v1/voice/call-history?limit=0&colour=red');
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toMatch(/limit/);
  expect(JSON.stringify(body)).toMatch(/colour/);
});

test('a call that is not there: 404; an address that is not there: 404', async () => {
  expect(await get(`/api/v1/calls/${newCallSid()}`)).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  });
  expect(await get('/api/v1/nothing')).toMatchObject({ status: 404, body: { success: false } });
});

test('a service that is not there: 503, at once', async () => {
  const { status, body } = await get('/api/v1/voice/call-stats');
  expect(status).toBe(503);
  expect(body).toMatchObject({ error: { code: 'unavailable' } });
});

test('the document, health and readiness need no key', async () => {
  expect((await get('/openapi.json', null)).body).toMatchObject({ openapi: '3.1.0' });
  expect((await get('/healthz', null)).status).toBe(200);
});
