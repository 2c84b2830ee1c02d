/** The official client is the judge of whether this REST API is Twilio's. */
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACCOUNT_SID, AUTH_TOKEN, type FakeSystem, PUBLIC_URL, startFakeSystem, xml } from './fake-system.ts';

const call = { to: '+13125550142', from: '+13125550100', url: `${PUBLIC_URL}/voice` };

let system: FakeSystem;

beforeEach(async () => {
  system = await startFakeSystem({
    answer: ({ path }) =>
      path === '/voice'
        ? xml('<Connect><Stream url="wss://frontdesk.test/media"/></Connect>')
        : xml('<Say>Moved.</Say>'),
    speed: 10,
  });
});
afterEach(async () => system[Symbol.asyncDispose]());

/** The client knows only api.twilio.com; this one brings its requests here, and changes nothing else. */
class LocalClient extends twilio.RequestClient {
  override request<T>(options: RequestClient.RequestOptions<T>) {
    return super.request<T>({ ...options, uri: options.uri.replace('https://api.twilio.com', system.twilio.url) });
  }
}

function client(authToken = AUTH_TOKEN) {
  return twilio(ACCOUNT_SID, authToken, { httpClient: new LocalClient() });
}

async function answered(sid: string) {
  await vi.waitUntil(async () => (await client().calls(sid).fetch()).status === 'in-progress', { timeout: 5_000 });
}

describe('the official client', () => {
  it('calls somebody, sees them answer, and ends the call', async () => {
    const events = ['initiated', 'ringing', 'answered', 'completed'];
    const statusCallback = `${PUBLIC_URL}/status`;
    const created = await client().calls.create({ ...call, statusCallback, statusCallbackEvent: events });
    expect(created).toMatchObject({ status: 'queued', direction: 'outbound-api', to: call.to, from: call.from });
    expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
    expect(created.dateCreated.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await answered(created.sid);
    await vi.waitUntil(() => system.streams[0]?.streamSid, { timeout: 5_000 });
    expect(system.requests.find(({ path }) => path === '/voice')?.params.CallStatus).toBe('in-progress');

    await client().calls(created.sid).update({ status: 'completed' });
    await vi.waitUntil(async () => (await client().calls(created.sid).fetch()).status === 'completed', {
      timeout: 5_000,
    });
    const ended = await client().calls(created.sid).fetch();
    expect(ended.endTime).toBeInstanceOf(Date);
    expect(Number(ended.duration)).toBeGreaterThanOrEqual(0);
    await vi.waitFor(() => {
      const told = system.requests.filter(({ path }) => path === '/status').map(({ params }) => params);
      const inOrder = told.toSorted((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber));
      expect(inOrder.map((params) => params.CallStatus)).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
    }, 5_000);
  });

  // How a call whose bridge died is rescued: the stream is stopped and the call goes elsewhere.
  it('moves a call out of its media stream', async () => {
    const { sid } = await client().calls.create(call);
    await vi.waitUntil(() => system.streams[0]?.streamSid, { timeout: 5_000 });
    await client()
      .calls(sid)
      .update({ url: `${PUBLIC_URL}/elsewhere`, method: 'POST' });
    await vi.waitUntil(async () => (await system.control.report(sid)).ended, { timeout: 5_000 });
    const report = await system.control.report(sid);
    expect(report.twiml.map(({ url }) => url)).toEqual([`${PUBLIC_URL}/voice`, `${PUBLIC_URL}/elsewhere`]);
    expect(report.heard).toMatchObject([{ text: 'Moved.' }]);
    expect(system.streams[0]?.messages.at(-1)).toMatchObject({ event: 'stop' });
  });

  // The other thing Twilio may do when a media socket is lost: nothing, until somebody asks it to.
  it('brings a call back from dead air', async () => {
    await system.control.setCallee({ number: call.to, faults: { abruptLossFallsThrough: false } });
    const { sid } = await client().calls.create(call);
    await vi.waitUntil(() => system.streams[0]?.streamSid, { timeout: 5_000 });
    system.streams[0]?.socket.terminate();
    await vi.waitUntil(async () => (await system.control.report(sid)).streams[0]?.endedBy === 'abrupt', {
      timeout: 5_000,
    });
    await client()
      .calls(sid)
      .update({ url: `${PUBLIC_URL}/elsewhere` });
    expect((await system.control.ended(sid, 5_000)).heard).toMatchObject([{ text: 'Moved.' }]);
  });

  it('gives inline TwiML', async () => {
    const { sid } = await client().calls.create({
      ...call,
      url: undefined,
      twiml: '<Response><Say>Hi.</Say></Response>',
    });
    await vi.waitUntil(async () => (await system.control.report(sid)).ended, { timeout: 5_000 });
    expect((await system.control.report(sid)).heard).toMatchObject([{ text: 'Hi.' }]);
  });

  it.each(['busy', 'no-answer'] as const)('finds somebody %s', async (answers) => {
    await system.control.setCallee({ number: '+13125550143', answers });
    const { sid } = await client().calls.create({ ...call, to: '+13125550143' });
    await vi.waitUntil(async () => (await client().calls(sid).fetch()).status === answers, { timeout: 5_000 });
    expect(system.requests.filter(({ path }) => path === '/voice')).toEqual([]);
  });
});

describe('the official client is refused', () => {
  const sid = `CA${'0'.repeat(32)}`;

  it.each([
    ['with another token', 401, 20003, () => client('wrong').calls.create(call)],
    ['for a call that does not exist', 404, 20404, () => client().calls(sid).fetch()],
    ['for a number that is none', 400, 21211, () => client().calls.create({ ...call, to: '555' })],
    ['for a caller id that is none', 400, 21212, () => client().calls.create({ ...call, from: 'me' })],
    ['without anything to say', 400, 21205, () => client().calls.create({ ...call, url: undefined })],
    ['for an address that is none', 400, 21205, () => client().calls.create({ ...call, url: 'frontdesk.test/voice' })],
    [
      'for an unknown event',
      400,
      21626,
      () => client().calls.create({ ...call, statusCallback: call.url, statusCallbackEvent: ['hello'] }),
    ],
    [
      'for TwiML that is too long',
      400,
      21200,
      () => client().calls.create({ ...call, url: undefined, twiml: 'x'.repeat(4001) }),
    ],
    ['what nobody simulates', 501, 20501, () => client().calls.create({ ...call, record: true })],
  ])('%s: %i, %i', async (_, status, code, attempt) => {
    await expect(attempt()).rejects.toMatchObject({
      status,
      code,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
  });

  it('to redirect a call that is over', async () => {
    const created = await client().calls.create({ ...call, url: undefined, twiml: '<Response><Hangup/></Response>' });
    await vi.waitUntil(async () => (await system.control.report(created.sid)).ended, { timeout: 5_000 });
    await expect(client().calls(created.sid).update({ url: call.url })).rejects.toMatchObject({
      status: 400,
      code: 21220,
    });
  });
});
