/** Who is let in, and what a peer may send without harm. */
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bridge, newCallSid, startBridge } from './peers/bridge.ts';
import { hearEvents } from './peers/events.ts';

let bridge: Bridge;

beforeEach(async () => {
  bridge = await startBridge();
});
afterEach(async () => bridge[Symbol.asyncDispose]());

describe('the upgrade', () => {
  it.each([
    ['missing', () => ''],
    ['malformed', () => 'nonsense'],
    ['forged', (token: string) => `${token.slice(0, -4)}AAAA`],
  ])('refuses a %s token', async (_, spoil) => {
    const reservation = bridge.reservation();
    await bridge.reserve(reservation);
    await expect(bridge.dial(reservation, spoil(bridge.token(reservation)))).rejects.toThrow('403');
  });

  it('refuses an expired token', async () => {
    const reservation = bridge.reservation();
    await bridge.reserve(reservation);
    await expect(bridge.dial(reservation, bridge.token(reservation, -1))).rejects.toThrow('403');
  });

  it('closes a stream whose reservation was used before, or never made', async () => {
    const reservation = bridge.reservation();
    await bridge.reserve(reservation);
    const first = await bridge.dial(reservation);
    const second = await bridge.dial(reservation);
    expect(await second.closed).toBe(1008);
    const stranger = await bridge.dial(bridge.reservation());
    expect(await stranger.closed).toBe(1008);
    first.terminate();
  });

  it('closes a stream that turns out to be another call’s', async () => {
    const reservation = bridge.reservation();
    await bridge.reserve(reservation);
    const caller = await bridge.dial(reservation);
    caller.start(newCallSid());
    expect(await caller.closed).toBe(1008);
  });
});

it('ignores and counts what it does not understand, and goes on', async () => {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await bridge.model.sessions[0]?.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.speak();
  caller.start();
  caller.start();
  caller.raw('not JSON');
  caller.raw(Buffer.from([0, 1, 2]));
  caller.raw('{"event":"weather"}');
  caller.raw('{"event":"media","streamSid":"MZ1","media":{}}');
  caller.speak(new Uint8Array(40_000));
  caller.speak();
  await bridge.model.sessions[0]?.waitFor('input_audio_buffer.append');
  const counted = await bridge.metric('ignored_media_messages_total');
  for (const kind of ['before_start', 'second_start', 'malformed', 'binary', 'unknown', 'oversized']) {
    expect(counted).toContain(`kind="${kind}"`);
  }
  expect(bridge.model.sessions[0]?.count('input_audio_buffer.append')).toBe(1);
});

it('hears the caller between pings and messages in pieces', async () => {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await bridge.model.sessions[0]?.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  caller.speak();
  caller.rawInPieces(['{"event":', '"weather"', '}']);
  caller.speak();
  await caller.ping();
  caller.speak();
  caller.rawInPieces(['not ', 'JSON']);
  caller.speak();
  await vi.waitUntil(() => bridge.model.sessions[0]?.count('input_audio_buffer.append') === 4, { timeout: 5_000 });
  const counted = await bridge.metric('ignored_media_messages_total');
  for (const kind of ['unknown', 'malformed']) expect(counted).toContain(`kind="${kind}"`);
});

describe('reservations', () => {
  it('are refused beyond capacity, of other pools, and repeatable', async () => {
    const first = bridge.reservation();
    expect(await bridge.reserve(first)).toEqual({ accepted: true });
    expect(await bridge.reserve(first)).toEqual({ accepted: true });
    expect(await bridge.reserve(bridge.reservation({ pool: 'other' }))).toMatchObject({ reason: 'wrong_pool' });
    expect(await bridge.reserve(bridge.reservation())).toEqual({ accepted: true });
    expect(await bridge.reserve(bridge.reservation())).toEqual({ accepted: false, reason: 'full' });
    expect(bridge.model.sessions).toHaveLength(2);
  });

  it('are counted in what the bridge announces', async () => {
    await using gateway = await connectForTest('gateway');
    const heard: number[] = [];
    await using _ = gateway.onSignal(bridgeAnnouncement, (announcement) => {
      if (announcement.podId === bridge.config.podId) heard.push(announcement.active);
    });
    await bridge.reserve(bridge.reservation());
    await vi.waitUntil(() => heard.includes(1), { timeout: 5_000 });
  });
});

describe('stopping', () => {
  it('takes no more calls, lets those there are finish, and loses none of their events', async () => {
    await using draining = await startBridge({ drainMs: 10_000 });
    const log = await hearEvents(draining.admin, draining.businessId);
    const reservation = draining.reservation();
    await draining.reserve(reservation);
    await vi.waitUntil(() => draining.model.sessions[0], { timeout: 5_000 });
    await draining.model.sessions[0]?.waitFor('response.create');
    const caller = await draining.dial(reservation);
    caller.start();
    await log.waitFor('started');
    const stopped = draining.stop();
    expect(await draining.reserve(draining.reservation())).toEqual({ accepted: false, reason: 'draining' });
    const ready = await fetch(`${draining.url}/readyz`);
    expect(ready.status).toBe(503);
    caller.hangUp();
    await stopped;
    await log.waitFor('ended');
    expect(await draining.head(reservation.callSid)).toBeUndefined();
  });
});

it('says that a call is not its own', async () => {
  const answer = await fetch(`${bridge.url}/calls/${newCallSid()}/next`);
  expect(answer.status).toBe(404);
});
