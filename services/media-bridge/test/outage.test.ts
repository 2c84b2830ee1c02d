/** NATS goes away in the middle of a call: audio goes on, a goodbye works, and everything arrives afterwards. */

import { callEnded } from '@frontdesk/contracts/events/call';
import { testNats } from '@frontdesk/messaging/testing';
import { expect, it, vi } from 'vitest';
import { startBridge } from './peers/bridge.ts';
import { layCable } from './peers/cable.ts';
import { hearEvents } from './peers/events.ts';

it('goes on talking and hangs up properly, and loses no event', async () => {
  const { url } = testNats();
  await using cable = await layCable(url.replace('nats://', ''));
  const { credsDir } = testNats();
  await using bridge = await startBridge({
    nats: { servers: [`nats://${cable.address}`], credsFile: `${credsDir}/media-bridge.creds` },
  });
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  const [model] = bridge.model.sessions;
  if (model === undefined) throw new Error('no model session');
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  await log.waitFor('started');

  cable.pull();
  model.respond('r1', { say: 'Hello there' });
  await caller.waitForAudio(200);
  caller.speak();
  await model.waitFor('input_audio_buffer.append');
  model.callerTurn('u1', 'My name is Alex');
  model.respond('r2', { calls: [{ id: 'c1', name: 'save_caller_name', args: { name: 'Alex' } }] });
  // Its intent could not be recorded, so it was not sent, and the model was told at once.
  const output = await model.waitFor('conversation.item.create');
  expect(JSON.stringify(output)).toContain('unavailable');
  model.respond('r3', { say: 'Goodbye', calls: [{ id: 'c2', name: 'end_call', args: {} }] });
  expect(await caller.closed).toBe(1000);
  const next = await fetch(`${bridge.url}/calls/${reservation.callSid}/next`);
  expect(next.status).toBe(200);

  cable.plug();
  const ended = callEnded.data.parse((await log.waitFor('ended')).data);
  expect(ended.reason).toBe('goodbye');
  expect(log.types().filter((type) => type === 'turn' || type === 'tool_called')).toHaveLength(ended.entries);
  const told = JSON.stringify(log.events.map(({ data }) => data));
  for (const words of ['My name is Alex', 'save_caller_name', 'Goodbye', 'end_call']) expect(told).toContain(words);
  expect(log.types().at(-1)).toBe('ended');
  await vi.waitUntil(async () => (await bridge.head(reservation.callSid)) === undefined, { timeout: 5_000 });
});
