/**
 * A bridge in this process: NATS, its buckets and events are real. The services it asks are played here, behind the
 * functions that ask them, because a queue group shared by the whole test run would hand their requests to others.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { callHead, calls } from '@frontdesk/contracts/kv/calls';
import { lines } from '@frontdesk/contracts/kv/lines';
import { callOver } from '@frontdesk/contracts/media-bridge/call-over';
import { releaseCall } from '@frontdesk/contracts/media-bridge/release-call';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { mediaStreamPath, ROUTE_TOKEN_PURPOSE, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createTokenSigner } from '@frontdesk/secrets';
import type { z } from 'zod';
import type { Booking } from '../../src/outbound/booking.ts';
import type { CallerProfile } from '../../src/outbound/caller-profile.ts';
import { type Config, readConfig, startService } from '../../src/service.ts';
import { type CallerPeer, dial } from './caller.ts';
import { type ModelPeer, startModelPeer } from './model.ts';

export const TOKEN_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
export const CALLER = '+13125550142';
export const NUMBER = '+13125550100';
export const CALLER_ID = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
export const SLOT = {
  serviceId: '3b1d7a52-6a4f-4f5e-9d0e-2f7f0a1c9b01',
  resourceId: '5b5b5d8f-2f4b-4b1d-8c0e-6d5c7a1e2b33',
  startsAt: '2026-12-03T20:30:00Z',
  endsAt: '2026-12-03T21:30:00Z',
  serviceName: 'Furnace repair',
  resourceName: 'Dana',
  spoken: 'Thursday, December 3 at 2:30 PM',
};

export type Reservation = z.input<typeof reserveCall.request>;

export interface Bridge extends AsyncDisposable {
  readonly businessId: string;
  readonly config: Config;
  readonly model: ModelPeer;
  readonly url: string;
  /** Bookings asked for: idempotency key and body. */
  readonly bookings: { key: string; name: string }[];
  readonly admin: Messaging;
  reservation(overrides?: Partial<Reservation>): Reservation;
  reserve(reservation: Reservation): Promise<z.output<typeof reserveCall.reply>>;
  /** @returns whether the bridge has let go of the call */
  release(reservation: Reservation): Promise<boolean>;
  /** Tells it that Twilio says the call is over. @returns whether the bridge has the call */
  over(call: { businessId: string; callSid: string }): Promise<boolean>;
  /** Opens the media stream of a reservation. */
  /** `host:port` */
  readonly address: string;
  dial(reservation: Reservation, token?: string, headers?: Record<string, string>): Promise<CallerPeer>;
  token(reservation: Reservation, ttlMs?: number): string;
  stop(): Promise<void>;
  head(callSid: string): Promise<z.output<typeof callHead> | undefined>;
  lineHolder(line: number): Promise<string | undefined>;
  metric(name: string): Promise<string>;
}

export const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;

/**
 * @param wait what booking does before it books, to hold a tool open
 * @param businessId of another bridge's calls, to take them over
 * @param lookUp booking's answer to whoever asks for their appointments; none unless given
 */
export async function startBridge(
  overrides: Partial<Config> = {},
  wait: () => Promise<void> = () => Promise.resolve(),
  businessId = `b-${randomBytes(6).toString('hex')}`,
  lookUp?: Booking['lookUp'],
) {
  await using starting = new AsyncDisposableStack();
  const podId = `bridge-${randomBytes(4).toString('hex')}`;
  const { url, credsDir } = testNats();
  const model = starting.use(await startModelPeer());
  const config: Config = {
    ...readConfig({
      POD_ID: podId,
      NATS_URL: url,
      NATS_CREDS: join(credsDir, 'media-bridge.creds'),
      TOKEN_KEYS,
      OPENAI_API_KEY: 'sk-test',
      OPENAI_REALTIME_URL: model.url,
      CAPACITY: '2',
      DRAIN_MS: '0',
      LOG_LEVEL: 'silent',
    }),
    ...overrides,
  };
  const bookings: { key: string; name: string }[] = [];
  const gateway = starting.use(await connectForTest('gateway'));
  const admin = starting.use(await connectForTest('admin'));
  const records = await admin.bucket(calls);
  const lineSlots = await admin.bucket(lines);
  const service = starting.use(await startService(config, neighbours(bookings, wait, lookUp)));
  const tokens = createTokenSigner(routeToken, TOKEN_KEYS, ROUTE_TOKEN_PURPOSE);
  const address = `127.0.0.1:${service.healthPort}`;
  const profile = sessionProfile.parse({
    name: 'Lakeside Heating',
    timeZone: 'America/Chicago',
    agent: {},
    openingHours: { weekly: [] },
    callerTrust: 'open',
    updatedAt: '2026-11-01T00:00:00Z',
  });

  const token = (reservation: Reservation, ttlMs = 60_000) => {
    const { callSid, reservationId } = reservation;
    return tokens.sign({ callSid, businessId, podId, address, reservationId }, ttlMs, Temporal.Now.instant());
  };
  const running = starting.move();
  const bridge: Bridge = {
    businessId,
    config,
    model,
    bookings,
    admin,
    url: `http://${address}`,
    reservation: (changes = {}) => ({
      businessId,
      callSid: newCallSid(),
      reservationId: randomBytes(16).toString('hex'),
      pool: 'default',
      direction: 'inbound',
      from: CALLER,
      to: NUMBER,
      attestation: 'A',
      twilioAccountSid: `AC${'0'.repeat(32)}`,
      profile,
      line: 0,
      ...changes,
    }),
    reserve: (reservation) => gateway.request(reserveCall, podId, reservation, { timeoutMs: 2_000 }),
    async release({ businessId: ofBusiness, callSid, reservationId }) {
      const wanted = { businessId: ofBusiness, callSid, reservationId };
      return (await gateway.request(releaseCall, podId, wanted)).released;
    },
    async over({ businessId: ofBusiness, callSid }) {
      return (await gateway.request(callOver, podId, { businessId: ofBusiness, callSid })).known;
    },
    token,
    address,
    dial: (reservation, signed = token(reservation), headers = {}) =>
      dial(`ws://${address}${mediaStreamPath(businessId, signed)}`, reservation.callSid, headers),
    stop: async () => service[Symbol.asyncDispose](),
    async head(callSid) {
      const found = await records.get(callSid);
      return found === undefined ? undefined : callHead.parse(found.value);
    },
    lineHolder: async (line) => (await lineSlots.get(`${businessId}.${line}`))?.value.callSid,
    async metric(name) {
      const text = await (await fetch(`http://${address}/metrics`)).text();
      return text
        .split('\n')
        .filter((each) => each.startsWith(`frontdesk_${name}`))
        .join('\n');
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return bridge;
}

function neighbours(
  bookings: Bridge['bookings'],
  wait: () => Promise<void>,
  lookUp: Booking['lookUp'] = async () => ({ appointments: [] }),
) {
  const { startsAt, endsAt, serviceName, resourceName, spoken, serviceId } = SLOT;
  const booking: Booking = {
    services: async () => [{ serviceId, name: serviceName, description: '', durationMinutes: 60, priceText: null }],
    soonestSlots: async () => [SLOT],
    upcoming: async () => [],
    lookUp,
    move: () => Promise.reject(new WireError('not_found', 'there is no such appointment')),
    cancel: () => Promise.reject(new WireError('not_found', 'there is no such appointment')),
    findSlots: async () => ({ exact: true, timeZone: 'America/Chicago', slots: [SLOT] }),
    async bookSlot(_, request, key) {
      bookings.push({ key, name: request.customer.name });
      await wait();
      return {
        appointmentId: CALLER_ID,
        serviceName,
        resourceName,
        startsAt,
        endsAt,
        spoken,
        confirmationCode: 'K7Q2',
      };
    },
  };
  const callerProfile: CallerProfile = {
    recognise: async () => ({ recall: 'first_name', callerId: CALLER_ID, firstName: 'Alex' }),
    saveCallerName: async () => ({ callerId: CALLER_ID, saved: true }),
  };
  return { booking, callerProfile };
}
