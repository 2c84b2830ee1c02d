// Pins: a message for the team that is lost with the bridge that took it, taken twice by the one that went on, or refused
// because something it does not need is away.
import { randomBytes } from 'node:crypto';
import { messageTaken } from '@frontdesk/contracts/events/message';
import { testNats } from '@frontdesk/messaging/testing';
import { expect, it, vi } from 'vitest';
import { type Bridge, type Reservation, startBridge } from './peers/bridge.ts';
import { layCable } from './peers/cable.ts';
import { hearEvents } from './peers/events.ts';

const TAKEN = 'frontdesk.message.taken.v1';
const take = { id: 'c1', name: 'take_message', args: { text: 'No heat since Friday.', name: 'Alex Kim' } };

async function talking(bridge: Bridge, reservation: Reservation) {
  await bridge.reserve(reservation);
  const model = await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  return { model, caller };
}

it('is in the record and an event of its own, and the model is told that it is taken', async () => {
  await using bridge = await startBridge();
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const reservation = bridge.reservation();
  const { model, caller } = await talking(bridge, reservation);
  await log.waitFor('started');
  model.respond('r1', { calls: [take] });
  const output = JSON.stringify(await model.waitFor('conversation.item.create'));
  expect(output).toContain('the team will get it');
  const event = await vi.waitUntil(() => log.events.find(({ type }) => type === TAKEN), { timeout: 5_000 });
  expect(messageTaken.data.parse(event.data)).toMatchObject({
    ...{ callSid: reservation.callSid, from: reservation.from, to: reservation.to, seq: 0, name: 'Alex Kim' },
    ...{ number: reservation.from, text: 'No heat since Friday.', urgency: 'normal', reason: 'asked' },
  });
  caller.hangUp();
  await log.waitFor('ended');
});

it('is taken once when the bridge dies before its answer is recorded', async () => {
  await using first = await startBridge();
  await using second = await startBridge({}, undefined, first.businessId);
  const log = await hearEvents(first.admin, first.businessId);
  const reservation = first.reservation();
  const { model } = await talking(first, reservation);
  await log.waitFor('started');
  // Words that are never recognised hold back everything after them.
  model.callerTurn('u1');
  model.respond('r1', { calls: [take] });
  await vi.waitUntil(async () => (await first.head(reservation.callSid))?.pendingTools.length === 1, {
    timeout: 5_000,
  });

  const resume = { ...reservation, reservationId: randomBytes(16).toString('hex'), mode: 'resume' as const, epoch: 1 };
  expect(await second.reserve(resume)).toEqual({ accepted: true });
  const restored = await vi.waitUntil(() => second.model.sessions[0], { timeout: 5_000 });
  await restored.waitFor('response.create');
  const items = JSON.stringify(restored.received);
  expect(items).toContain('No heat since Friday.');
  expect(items).toContain('the team will get it');
  const again = await second.dial(resume);
  again.start();
  again.hangUp();
  await log.waitFor('ended');
  expect(log.events.filter(({ type }) => type === TAKEN)).toMatchObject([
    { id: `${reservation.callSid}:message:c1`, data: { text: 'No heat since Friday.' } },
  ]);
});

it('is taken with NATS away, promised without a time, and told when NATS is back', async () => {
  const { url, credsDir } = testNats();
  await using cable = await layCable(url.replace('nats://', ''));
  await using bridge = await startBridge({
    nats: { servers: [`nats://${cable.address}`], credsFile: `${credsDir}/media-bridge.creds` },
  });
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const reservation = bridge.reservation();
  const { model, caller } = await talking(bridge, reservation);
  await log.waitFor('started');
  cable.pull();
  model.respond('r1', { calls: [take] });
  const output = JSON.stringify(await model.waitFor('conversation.item.create'));
  expect(output).toContain('as soon as our systems work again');
  expect(log.events.some(({ type }) => type === TAKEN)).toBe(false);
  cable.plug();
  await vi.waitUntil(() => log.events.some(({ type }) => type === TAKEN), { timeout: 15_000 });
  caller.hangUp();
  await log.waitFor('ended');
});
