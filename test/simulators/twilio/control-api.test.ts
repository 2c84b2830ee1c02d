import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeSystem, PUBLIC_URL, startFakeSystem, xml } from './fake-system.ts';

let system: FakeSystem;
beforeAll(async () => {
  system = await startFakeSystem({ answer: () => xml('<Pause length="60"/>'), speed: 10 });
});
afterAll(async () => system[Symbol.asyncDispose]());

const order = { from: '+13125550142', to: '+13125550100', voiceUrl: `${PUBLIC_URL}/voice`, caller: { steps: [] } };

// A script with a typo must not run as if the step were not there.
it.each([
  ['a step nobody knows', { caller: { steps: [{ shout: 'Hello' }] } }],
  ['a line without words', { caller: { steps: [{ say: ' ' }] } }],
  ['keys that no telephone has', { caller: { steps: [{ digits: '1E' }] } }],
  ['a fault nobody knows', { faults: { explode: true } }],
  ['a number that is none', { to: '0142' }],
  ['a callback event nobody sends', { statusCallbackEvents: ['thinking'] }],
])('refuses an order with %s', async (_, change) => {
  const response = await fetch(`${system.twilio.url}/simulator/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...order, ...change }),
  });
  expect(response.status).toBe(400);
});

it('says when a call still goes on, and hangs it up on demand', async () => {
  const callSid = await system.call({ from: 'anonymous' });
  await expect(system.control.ended(callSid, 50)).rejects.toThrow('408');
  await system.control.hangUp(callSid);
  expect(await system.control.ended(callSid, 5_000)).toMatchObject({
    ended: true,
    from: 'anonymous',
    status: 'completed',
  });
});

it('knows no other calls', async () => {
  await expect(system.control.report('CA0')).rejects.toThrow('404');
});
