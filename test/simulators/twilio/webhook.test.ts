import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionOverrides } from './connection-overrides.ts';
import {
  ACCOUNT_SID,
  type Answer,
  AUTH_TOKEN,
  type FakeSystem,
  PUBLIC_URL,
  startFakeSystem,
  xml,
} from './fake-system.ts';
import { signedUrl } from './signing.ts';

let answer: (path: string, nth: number) => Answer = () => xml('<Hangup/>');
let system: FakeSystem;

beforeEach(async () => {
  system = await startFakeSystem({ answer: ({ path }, nth) => answer(path, nth), speed: 10 });
});
afterEach(async () => {
  await system[Symbol.asyncDispose]();
  answer = () => xml('<Hangup/>');
});

function isSigned(request: FakeSystem['requests'][number]): boolean {
  const header = String(request.headers['x-twilio-signature'] ?? '');
  return webhooks.validateRequest(AUTH_TOKEN, header, PUBLIC_URL + request.path, request.params);
}

describe('the voice webhook', () => {
  it('is a signed form to the public address with Twilio’s fields', async () => {
    const report = await system.callToEnd({
      stirVerstat: 'TN-Validation-Passed-A',
      voiceUrl: `${PUBLIC_URL}/voice?a=1#rc=2`,
    });
    const [request] = system.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/voice?a=1',
      headers: {
        host: 'frontdesk.test',
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'i-twilio-idempotency-token': expect.any(String),
      },
      params: {
        CallSid: report.callSid,
        AccountSid: ACCOUNT_SID,
        From: '+13125550142',
        Caller: '+13125550142',
        To: '+13125550100',
        Called: '+13125550100',
        CallStatus: 'ringing',
        Direction: 'inbound',
        ApiVersion: '2010-04-01',
        FromCountry: 'US',
        ToState: 'IL',
        StirVerstat: 'TN-Validation-Passed-A',
      },
    });
    expect(report.callSid).toMatch(/^CA[0-9a-f]{32}$/);
    expect(request && isSigned(request)).toBe(true);
    expect(report).toMatchObject({
      status: 'completed',
      errors: [],
      timings: { webhookToTwimlMs: expect.any(Number) },
    });
  });

  it('signs an https address without its port, an http one with it', () => {
    expect(signedUrl('https://u:p@x.test:8443/a?b#rc=1')).toBe('https://x.test/a?b');
    expect(signedUrl('http://x.test:8080/a')).toBe('http://x.test:8080/a');
  });

  // The demo of a gateway that lets anybody in must be impossible.
  it.each([{ unsigned: true }, { wrongSignature: true }] as const)(
    'goes out as %j on demand, and reports what came back',
    async (faults) => {
      answer = () => ({ status: 403, type: 'text/plain', body: 'no' });
      const report = await system.callToEnd({ faults });
      expect(report.twiml).toMatchObject([{ status: 403 }]);
      expect(system.requests.some(isSigned)).toBe(false);
      expect(report.errors).toEqual([`11200 HTTP 403 from ${PUBLIC_URL}/voice`]);
      expect(report.heard).toMatchObject([{ text: 'An application error has occurred. Goodbye.' }]);
    },
  );

  it('tries again only what its address asks for, with the same token', async () => {
    answer = (_, nth) => (nth < 3 ? { status: 500 } : xml('<Hangup/>'));
    await system.callToEnd({});
    expect(system.requests).toHaveLength(1);
    await system.callToEnd({ voiceUrl: `${PUBLIC_URL}/voice?again#rc=5&rp=all` });
    const again = system.requests.slice(1);
    expect(again).toHaveLength(3);
    expect(new Set(again.map((request) => request.headers['i-twilio-idempotency-token'])).size).toBe(1);
  });

  it('tries again what a document leads to, as the address in the document asks for', async () => {
    const fails = new Set<string>();
    answer = (path) => {
      if (path === '/voice') return xml(`<Gather timeout="1" action="${PUBLIC_URL}/key#rc=5&amp;rp=all"/>${next}`);
      if (fails.has(path)) return xml('<Hangup/>');
      fails.add(path);
      return { status: 502 };
    };
    let next = `<Redirect>${PUBLIC_URL}/next#rc=5&amp;rp=all</Redirect>`;
    expect((await system.callToEnd({})).errors).toEqual([]);
    expect((await system.callToEnd({ caller: { steps: [{ waitMs: 300 }, { digits: '1' }] } })).errors).toEqual([]);
    expect(system.requests.map(({ path }) => path)).toEqual(['/voice', '/next', '/next', '/voice', '/key', '/key']);
    expect(system.requests.every(isSigned)).toBe(true);
    next = `<Redirect>${PUBLIC_URL}/once</Redirect>`;
    expect((await system.callToEnd({})).errors).toEqual([`11200 HTTP 502 from ${PUBLIC_URL}/once`]);
  });

  it('waits no longer than the limit', async () => {
    answer = () => ({ ...xml('<Hangup/>'), delayMs: 1_000 });
    const report = await system.callToEnd({ voiceUrl: `${PUBLIC_URL}/voice#tt=200` });
    expect(report.errors[0]).toMatch(/^11200 .*200 ms in total/);
  });

  it('goes to the fallback address with the reason', async () => {
    answer = (path) => (path === '/voice' ? { status: 500 } : xml('<Hangup/>'));
    const report = await system.callToEnd({ fallbackUrl: `${PUBLIC_URL}/fallback` });
    expect(report.twiml.map((entry) => entry.status)).toEqual([500, 200]);
    expect(system.requests[1]?.params).toMatchObject({ ErrorCode: '11200', ErrorUrl: `${PUBLIC_URL}/voice` });
  });

  it('goes to what Twilio keeps itself when nobody of the system answers', async () => {
    answer = () => ({ status: 500 });
    const thanks = await system.control.keepTwiml('<Response><Say>Thank you</Say><Hangup/></Response>');
    const fallbackUrl = await system.control.keepTwiml(
      `<Response><Say>Speak</Say><Record timeout="1" action="${thanks}"/><Say>Nothing</Say></Response>`,
    );
    const caller = { steps: [{ say: 'Call me back', after: 'silence' as const }] };
    const report = await system.callToEnd({ fallbackUrl, caller });
    expect(report.twiml.map(({ url, status }) => [url, status])).toEqual([
      [`${PUBLIC_URL}/voice`, 500],
      [fallbackUrl, 200],
      [thanks, 200],
    ]);
    expect(report.heard.map(({ text }) => text)).toEqual(['Speak', 'Thank you']);
    expect(report.recordings).toMatchObject([{ text: 'Call me back' }]);
  });

  it('keeps no TwiML that is none, and serves none that it does not keep', async () => {
    await expect(system.control.keepTwiml('<Response><Shout/></Response>')).rejects.toThrow(/12200.*Shout/);
    await expect(system.control.keepTwiml('<Response><Say>Hello {{From}}</Say></Response>')).rejects.toThrow(
      /templates/,
    );
    answer = () => ({ status: 500 });
    const report = await system.callToEnd({ fallbackUrl: `https://handler.twilio.com/twiml/EH${'0'.repeat(32)}` });
    expect(report.errors.at(-1)).toMatch(/^11200 HTTP 404/);
  });

  it('reads plain text aloud and refuses what is neither TwiML nor text', async () => {
    answer = () => ({ type: 'text/plain', body: 'Internal error' });
    expect(await system.callToEnd({})).toMatchObject({ errors: [], heard: [{ text: 'Internal error' }] });
    answer = () => ({ type: 'application/json', body: '{}' });
    expect((await system.callToEnd({})).errors[0]).toMatch(/^12300 invalid Content-Type 'application\/json'/);
    answer = () => ({ type: 'text/xml', body: '<Response><Shout/></Response>' });
    expect((await system.callToEnd({})).errors[0]).toMatch(/^12200 /);
  });

  it('to a host that leads nowhere fails without leaving the machine', async () => {
    const report = await system.callToEnd({ voiceUrl: 'https://example.com/voice' });
    expect(report.errors[0]).toBe('11210 HTTP bad host name: example.com from https://example.com/voice');
  });
});

describe('the flow of a call', () => {
  it('follows redirects, and leaves a rejected call unanswered', async () => {
    answer = (path) =>
      xml(path === '/voice' ? '<Redirect method="POST">/next</Redirect><Say>never</Say>' : '<Hangup/>');
    expect((await system.callToEnd({})).twiml.map((entry) => entry.url)).toEqual([
      `${PUBLIC_URL}/voice`,
      `${PUBLIC_URL}/next`,
    ]);
    answer = () => xml('<Reject reason="busy"/><Say>never</Say>');
    expect(await system.callToEnd({})).toMatchObject({ status: 'busy', durationMs: 0, heard: [] });
  });

  it('tells how it goes, numbered and signed, whatever events were asked for', async () => {
    answer = (path) => (path === '/status' ? {} : xml('<Pause length="1"/>'));
    const report = await system.callToEnd({
      statusCallback: `${PUBLIC_URL}/status`,
      statusCallbackEvents: ['initiated', 'ringing', 'answered', 'completed'],
    });
    const told = system.requests.filter((request) => request.path === '/status');
    const inOrder = told.toSorted((a, b) => Number(a.params.SequenceNumber) - Number(b.params.SequenceNumber));
    expect(inOrder.map((request) => request.params.CallStatus)).toEqual([
      'initiated',
      'ringing',
      'in-progress',
      'completed',
    ]);
    expect(inOrder.at(-1)?.params).toMatchObject({
      CallDuration: expect.stringMatching(/^[1-9]$/),
      CallbackSource: 'call-progress-events',
      Timestamp: expect.stringMatching(/\+0000$/),
    });
    expect(told.every(isSigned)).toBe(true);
    expect(report.callbacks.map((callback) => callback.httpStatus)).toEqual([204, 204, 204, 204]);
  });

  it('records what the caller says and hands it to the action', async () => {
    answer = (path) =>
      path === '/voice'
        ? xml('<Say>Speak.</Say><Record action="/done" timeout="1" recordingStatusCallback="/kept"/>')
        : xml('');
    const report = await system.callToEnd({ caller: { steps: [{ say: 'Call me back', after: 'silence' }] } });
    expect(report.recordings).toMatchObject([{ text: 'Call me back' }]);
    const done = system.requests.find((request) => request.path === '/done');
    expect(done?.params).toMatchObject({
      RecordingDuration: expect.stringMatching(/^[2-4]$/),
      RecordingSid: report.recordings[0]?.sid,
    });
    expect(system.requests.find((request) => request.path === '/kept')?.params.RecordingStatus).toBe('completed');
  });
});

describe('keys and people', () => {
  it('a key pressed into the announcement stops it and goes to the action', async () => {
    answer = (path) =>
      path === '/voice'
        ? xml('<Gather numDigits="1" action="/key"><Say>One two three four five six seven eight</Say></Gather>')
        : xml('<Say>Thank you</Say><Hangup/>');
    const report = await system.callToEnd({ caller: { steps: [{ waitMs: 1_000 }, { digits: '2' }] } });
    expect(system.requests.find((request) => request.path === '/key')?.params.Digits).toBe('2');
    expect(report.heard.map(({ text }) => text).join(' ')).toMatch(/^One.*Thank you$/);
    expect(report.heard.map(({ text }) => text).join(' ')).not.toContain('eight');
  });

  it('without a key the next verb follows', async () => {
    answer = (path) =>
      path === '/voice' ? xml('<Gather timeout="1"><Say>Press</Say></Gather><Redirect>/next</Redirect>') : xml('');
    await system.callToEnd({});
    expect(system.requests.map((request) => request.path)).toEqual(['/voice', '/next']);
    expect(system.requests[1]?.params.Digits).toBeUndefined();
  });

  it('a person who is dialled talks with the caller, and the action hears how it went', async () => {
    await system.control.setCallee({
      number: '+13125550143',
      caller: { steps: [{ waitMs: 500 }, { say: 'Hello here' }, { waitMs: 3_000 }, { hangUp: true }] },
    });
    answer = (path) =>
      xml(path === '/voice' ? '<Dial action="/dialed"><Number>+13125550143</Number></Dial>' : '<Hangup/>');
    const report = await system.callToEnd({ caller: { steps: [{ say: 'Good morning', after: { words: ['here'] } }] } });
    expect(report.heard).toMatchObject([{ text: 'Hello here' }]);
    expect(report.dials).toMatchObject([{ status: 'completed', heard: [{ text: 'Good morning' }] }]);
    const dialed = system.requests.find((request) => request.path === '/dialed');
    expect(dialed?.params).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: expect.any(String) });
  });

  it('nobody there is told to the action, too', async () => {
    await system.control.setCallee({ number: '+13125550144', answers: 'no-answer' });
    answer = (path) =>
      xml(path === '/voice' ? '<Dial action="/dialed"><Number>+13125550144</Number></Dial>' : '<Hangup/>');
    await system.callToEnd({});
    expect(system.requests.at(-1)?.params.DialCallStatus).toBe('no-answer');
  });
});

describe('connection overrides', () => {
  it('are Twilio’s defaults where nothing is said', () => {
    expect(connectionOverrides('https://x.test/')).toEqual({
      connectTimeoutMs: 5000,
      readTimeoutMs: 15_000,
      totalTimeoutMs: 15_000,
      retries: 1,
      retryOn: new Set(['ct']),
    });
  });

  it.each(['rc=6', 'rt=20000', 'rp=sometimes', 'color=red', 'ct=abc'])('refuse %s', (fragment) => {
    expect(() => connectionOverrides(`https://x.test/#${fragment}`)).toThrow(RangeError);
  });
});
